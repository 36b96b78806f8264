"""whether a row names a kept file is found by an index, before the file is deleted"""

from alembic import op

revision = "0051_files"
down_revision = "0048_kit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_services_attachment_digest", "services_attachment", ["digest"])
    for column in ("pdf_digest", "credential_digest"):
        name = f"ix_certificates_certificate_{column}"
        op.create_index(name, "certificates_certificate", [column])
