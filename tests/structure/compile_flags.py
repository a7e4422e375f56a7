"""How the sources of each folder are compiled, for the checks that compile them in other ways."""

import itertools
import json
import pathlib
import shlex


class CompileFlags:
    """The compiler and its -D, -I, -isystem, -std and -W flags, by folder: all that any of its sources has.

    COMMANDS is the folder that holds compile_commands.json.
    """

    def __init__(self, commands):
        self._folders = {}
        for entry in json.loads((commands / "compile_commands.json").read_text(encoding="utf-8")):
            words = shlex.split(entry["command"])
            if pathlib.Path(words[0]).name == "ccache":
                del words[0]
            flags = [(words[0],)]
            for i, word in enumerate(words):
                if word == "-isystem":
                    flags.append((word, words[i + 1]))
                elif word.startswith(("-D", "-I", "-std", "-W")):
                    flags.append((word,))
            # A dictionary keeps the order in which its keys came.
            self._folders.setdefault(pathlib.Path(entry["file"]).parent, {}).update(dict.fromkeys(flags))

    def of(self, file):
        """The words for a file: those of its folder, or of the nearest one above that has sources."""
        folder = next((folder for folder in file.parents if folder in self._folders), next(iter(self._folders)))
        return list(itertools.chain.from_iterable(self._folders[folder]))
