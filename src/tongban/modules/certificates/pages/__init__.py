"""Pages: anyone verifies, a holder shows their own, the issuing department looks after its own."""

from tongban.modules.certificates.pages import everyone, issued

HANDLERS = (*everyone.HANDLERS, *issued.HANDLERS)
