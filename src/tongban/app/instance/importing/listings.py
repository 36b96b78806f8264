"""Which builder makes what of the rows of each kind of listing."""

from collections.abc import Callable, Mapping

from tongban.app.instance.importing.building import Builder, Known
from tongban.app.instance.importing.departments import DepartmentBuilder
from tongban.app.instance.importing.grants import GrantBuilder
from tongban.app.instance.importing.resources import ResourceBuilder
from tongban.app.instance.importing.rows import Source
from tongban.app.instance.importing.services import ServiceBuilder
from tongban.app.instance.importing.staff import StaffBuilder

BUILDERS: Mapping[str, Callable[[Source, Known], Builder]] = {
    "services": ServiceBuilder,
    "departments": DepartmentBuilder,
    "staff": StaffBuilder,
    "resources": ResourceBuilder,
    "grants": GrantBuilder,
}
