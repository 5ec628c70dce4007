"""GET by HTTP(S) from public addresses only: all addresses of a name are checked, a checked one is connected to."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from mlworkbench.data.sources.secrets import ADDRESS, REFERENCE, redacted, secret
from mlworkbench.errors import InvalidInput

ALLOW = "MLWORKBENCH_ALLOW_PRIVATE_URLS"
_REDIRECTS = (301, 302, 303, 307, 308)
_STALL = 30.0  # seconds without a byte
_WRAPPED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _wrong(text: str) -> InvalidInput:
    return InvalidInput(text, field="url")


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, looked at through every way of wrapping IPv4 in IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in _WRAPPED):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    odd = address.is_private or address.is_loopback or address.is_link_local or address.is_reserved
    return address.is_global and not (odd or address.is_multicast or address.is_unspecified)


def _allowed(address: Address) -> bool:
    """Whether the setting opens this private address: "1" opens all, else networks such as 10.1.0.0/16."""
    said = os.environ.get(ALLOW, "").strip()
    if said in ("", "0", "1"):
        return said == "1"
    plain = getattr(address, "ipv4_mapped", None) or address
    try:
        return any(plain in ipaddress.ip_network(one.strip()) for one in said.split(","))
    except ValueError as error:
        raise _wrong(f"{ALLOW} is 1 or a list of networks such as 10.1.0.0/16: {error}.") from error


def checked_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public or allowed; nothing is connected to.

    Raises
    ------
    InvalidInput
        field="url": no such host, or one of its addresses is private, loopback, link-local or reserved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _wrong(f"The host {host[:120]!r} of the URL is not known. Check its name.") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not is_public(address) and not _allowed(address):
            raise _wrong(
                f"{host[:120]!r} is an address of a private network or of this machine, which is not fetched from. "
                f"Whoever runs the server can allow it with {ALLOW}=1 (or with a list of networks)."
            )
    return addresses


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address; the host's name is only said: in Host, in SNI and to the certificate."""

    def __init__(self, host: str, port: int, address: str, deadline: float, tls: bool) -> None:
        super().__init__(host, port, timeout=_STALL)
        self._address, self._deadline, self._tls = address, deadline, tls
        self._alarm: threading.Timer | None = None

    def connect(self) -> None:
        left = self._deadline - time.monotonic()
        plain = socket.create_connection((self._address, self.port), max(0.1, min(10.0, left)))
        plain.settimeout(_STALL)
        if self._tls:
            context = ssl.create_default_context()
            plain = context.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = plain
        # A server that sends a byte now and then never stalls: at the deadline the line is cut from here.
        self._alarm = threading.Timer(max(0.1, self._deadline - time.monotonic()), _cut, (plain,))
        self._alarm.daemon = True
        self._alarm.start()
        if isinstance(plain, ssl.SSLSocket):
            plain.do_handshake()

    def close(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        super().close()


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


@dataclass
class Budget:
    """What may be spent on one fetch, over all its requests."""

    deadline: float
    most: int
    redirects: int
    spent: int = 0
    secrets: list[str] = field(default_factory=list)

    def take(self, amount: int) -> None:
        """Count bytes that came."""
        self.spent += amount
        if self.spent > self.most:
            raise InvalidInput(
                f"More than {self.most / 1e6:,.0f} MB came, the size limit (max_mb). Ask for less, or raise it.",
                field="max_mb",
            )

    def check_time(self) -> None:
        if time.monotonic() >= self.deadline:
            raise InvalidInput("The answer did not come within the time limit (timeout).", field="timeout")


@dataclass(frozen=True)
class Answer:
    """A 200 answer: its headers, and its body in blocks."""

    headers: http.client.HTTPMessage
    blocks: Iterator[bytes]


def check_url(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address that may be asked for; InvalidInput(field="url") says what is wrong."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _wrong("The URL cannot be read as one. It looks like https://host/path.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _wrong("The URL must begin with http:// or https:// and a host.")
    if parts.username is not None or parts.password is not None:
        raise _wrong(
            "The URL holds a user or a password, and settings are stored. Take them out; a key in the query is given "
            f"as ${{NAME}}, the environment variable {ADDRESS}NAME."
        )
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80)


@contextlib.contextmanager
def get(url: str, budget: Budget, headers: Mapping[str, str], *, fill: bool = True) -> Iterator[Answer]:
    """GET an address, following redirects.

    Parameters
    ----------
    fill : bool
        Whether ${NAME} in the query is filled in from the environment, at the last moment: for an address that a
        person gave, never for one that a server sent.

    Raises
    ------
    InvalidInput
        field="url": an address that is refused, a host that does not answer, a status other than 200; "max_mb" or
        "timeout": a limit was passed.
    """
    first = check_url(url)
    link = REFERENCE.sub(lambda found: _filled(found.group(), budget), url) if fill else url
    for _ in range(budget.redirects + 1):
        where = check_url(link)
        if first[0] == "https" and where[0] == "http":
            raise _wrong("The address redirects from https to http, which is not followed.")
        with _request(link, budget, headers if where == first else {}) as answer:
            if answer.status in _REDIRECTS and answer.headers.get("Location"):
                link = urljoin(link, str(answer.headers["Location"]))
                continue
            if answer.status != 200:
                raise _wrong(f"{where[1]} answered {answer.status} {redacted(answer.reason)[:80]}, not 200.")
            announced = answer.headers.get("Content-Length", "")
            if announced.isdigit() and int(announced) + budget.spent > budget.most:
                budget.take(int(announced))
            yield Answer(answer.headers, _blocks(where[1], answer, budget))
            return
    raise _wrong(f"The address redirects more than {budget.redirects} times (redirects).")


def _filled(reference: str, budget: Budget) -> str:
    value = secret(reference, ADDRESS)
    budget.secrets.append(value)
    return quote(value, safe="")


@contextlib.contextmanager
def _request(url: str, budget: Budget, headers: Mapping[str, str]) -> Iterator[http.client.HTTPResponse]:
    scheme, host, port = check_url(url)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path = "".join(sign if "!" <= sign <= "~" else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)
    said = {"User-Agent": "mlworkbench", "Accept-Encoding": "identity", "Accept": "*/*", **headers}
    connection = _connected(host, port, budget, scheme == "https")
    try:
        with _spoken(host, budget):
            connection.request("GET", path, headers=said)
            answer = connection.getresponse()
        yield answer
    finally:
        connection.close()


def _connected(host: str, port: int, budget: Budget, tls: bool) -> _Pinned:
    failed: OSError | None = None
    for address in checked_addresses(host, port):
        budget.check_time()
        connection = _Pinned(host, port, address, budget.deadline, tls)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            failed = error
        else:
            return connection
    budget.check_time()
    raise _wrong(f"{host} could not be reached: {redacted(failed)}. Check the URL.")


@contextlib.contextmanager
def _spoken(host: str, budget: Budget) -> Iterator[None]:
    """What goes wrong on the line, in words and without what was sent."""
    try:
        yield
    except (OSError, http.client.HTTPException, zlib.error) as error:
        budget.check_time()
        text = redacted(str(error) or type(error).__name__, *budget.secrets)
        raise _wrong(f"{host} did not answer as HTTP says: {text}. Try again later.") from None


def _blocks(host: str, answer: http.client.HTTPResponse, budget: Budget) -> Iterator[bytes]:
    """The body in blocks, counted; gzip is unpacked, and counted unpacked."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise _wrong(f"The answer is packed as {coding[:40]!r}, which was not asked for and is not read.")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    expected, came = answer.length, 0
    while True:
        with _spoken(host, budget):
            block = answer.read1(1 << 16)
        budget.check_time()
        if not block:
            break
        came += len(block)
        while unpacker is not None and block:
            with _spoken(host, budget):
                piece = unpacker.decompress(block, 1 << 20)
            block = unpacker.unconsumed_tail
            budget.take(len(piece))
            yield piece
        if unpacker is None:
            budget.take(len(block))
            yield block
    if (expected is not None and came < expected) or (unpacker is not None and not unpacker.eof):
        raise _wrong("The answer was cut before its end. Try again.")
