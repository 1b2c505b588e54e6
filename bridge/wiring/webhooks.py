"""How webhooks are posted."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import requests

from bridge.delivery.webhooks import WebhookRequest
from connectors.contract import Answer, Deferred, Receipt, Refused

WEBHOOK_SECONDS = (3, 10)
WEBHOOK_DEADLINE = 20


def post_webhook(request: WebhookRequest) -> Answer:
    """Post a webhook; redirects are not followed, and nobody waits longer than WEBHOOK_DEADLINE.

    requests counts its time limits anew with every byte, so an endpoint that drips could hold a worker for ever.
    """
    try:
        return _webhook_threads().submit(_post_webhook, request).result(timeout=WEBHOOK_DEADLINE)
    except TimeoutError:
        return Deferred(f"{request.url} did not answer within {WEBHOOK_DEADLINE} seconds")


@cache
def _webhook_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="webhook")


def _post_webhook(request: WebhookRequest) -> Answer:
    try:
        with requests.post(
            request.url,
            data=request.body,
            headers=dict(request.headers),
            timeout=WEBHOOK_SECONDS,
            allow_redirects=False,
            stream=True,  # the answer's body is nobody's business
        ) as response:
            return _webhook_answer(request, response)
    except requests.RequestException as error:
        return Deferred(f"{request.url}: {type(error).__name__}")


def _webhook_answer(request: WebhookRequest, response: requests.Response) -> Answer:
    if response.ok and response.status_code < 300:
        return Receipt(f"HTTP {response.status_code}")
    if response.status_code == 410:
        return Refused(f"{request.url} answered 410: it wants no more")
    return Deferred(f"{request.url} answered {response.status_code}")
