"""Settings: oneself, tokens, users, the audit log, the store. One module each."""

from fastapi import APIRouter

from jurist.web.pages.settings import audit, own, tokens, users

router = APIRouter()
for _module in (own, tokens, users, audit):
    router.include_router(_module.router)
