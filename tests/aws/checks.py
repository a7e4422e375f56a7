"""Runs the functions of a test file, and looks for what a test may leave."""

import pathlib
import time


def step(name, function):
    since = time.monotonic()
    print(f"{name} ...", flush=True)
    function()
    print(f"    {time.monotonic() - since:.1f} s", flush=True)


def run(names, world):
    """Calls every test_...(world), each on an emptied world."""
    for name, function in list(names.items()):
        if name.startswith("test_") and function.__code__.co_argcount == 1:
            world.reset()
            step(name, lambda function=function: function(world))


def processes_with(text):
    """Ids of processes whose command line holds `text`."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if text.encode() in command:
            found.append(int(folder.name))
    return found


def until(what, patience=30):
    """Waits until what() is true."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
