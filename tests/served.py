import socket
import threading
import time
from contextlib import contextmanager

import httpx
import uvicorn


@contextmanager
def served(app):
    """A browser before a real server on a free port."""
    held = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, args=([held],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{held.getsockname()[1]}") as browser:
        yield browser
    server.should_exit = True
    thread.join()
    held.close()
