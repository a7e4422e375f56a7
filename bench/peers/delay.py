"""A TCP relay that holds every byte back: a link with a round trip, on one machine.

The link has no limit of its own to the bytes under way, and loses none: what it shows is the cost of
waiting for answers.
"""

import asyncio
import multiprocessing
import socket
import time

PIECE_BYTES = 256 * 1024
PIECES_UNDER_WAY = 4096


async def _carry(reader, writer, seconds):
    """Bytes of one direction, each `seconds` after it came."""
    pieces = asyncio.Queue(PIECES_UNDER_WAY)
    loop = asyncio.get_running_loop()

    async def take():
        while piece := await reader.read(PIECE_BYTES):
            await pieces.put((loop.time() + seconds, piece))
        await pieces.put((loop.time() + seconds, b""))

    taking = asyncio.create_task(take())
    try:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not piece:
                writer.write_eof()
                return
            writer.write(piece)
            await writer.drain()
    finally:
        taking.cancel()


async def _serve(listener, port, seconds):
    async def relay(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port, limit=PIECE_BYTES)
        for one in (writer, far_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(
            _carry(reader, far_writer, seconds), _carry(far_reader, writer, seconds), return_exceptions=True
        )
        writer.close()
        far_writer.close()

    server = await asyncio.start_server(relay, sock=listener, limit=PIECE_BYTES)
    async with server:
        await server.serve_forever()


def _run(listener, port, seconds):
    asyncio.run(_serve(listener, port, seconds))


class Delay:
    """Listens at `port` of its own and leads to `target`; an answer takes `round_trip` seconds more."""

    def __init__(self, target, round_trip):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._process = multiprocessing.Process(
            target=_run, args=(self._listener, target, round_trip / 2), daemon=True
        )

    def __enter__(self):
        self._process.start()
        self._listener.close()
        return self

    def __exit__(self, *error):
        self._process.terminate()
        self._process.join()


def round_trip(port):
    """Seconds from a client's version to the answer of the SSH server behind `port`."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.recv(256)  # its version
        start = time.monotonic()
        connection.sendall(b"SSH-2.0-bench\r\n")
        connection.recv(65536)
        return time.monotonic() - start
