"""Who may ask: this machine's own pages and programs, and no page of somebody else's that a browser has open."""

from aiohttp import web
from aiohttp.typedefs import Handler

OWN_NAMES = frozenset({"127.0.0.1", "localhost"})
"""Names under which this server is asked for; any other is a name that was bent to point here (DNS rebinding)."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn away what comes from elsewhere."""
    trouble = objection(request)
    if trouble is not None:
        return trouble
    return await handler(request)


def objection(request: web.Request) -> web.Response | None:
    """Why the request is not answered."""
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if host.rpartition(":")[0] not in OWN_NAMES:
        return web.json_response({"error": f"host {host!r}: not this machine"}, status=403)
    if origin not in {None, f"http://{host}"} or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return web.json_response({"error": f"origin {origin!r}: not this page"}, status=403)
    # A form of another page can post, but not JSON: browsers ask for leave first, and get none.
    if request.method == "POST" and request.content_type != "application/json":
        return web.json_response({"error": f"{request.content_type}: not application/json"}, status=415)
    return None


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """What every answer tells the browser: load nothing from elsewhere, and let nobody frame it."""
    response.headers.update(HEADERS)
