"""What a test may change while the emulator runs."""

# Seconds that a state lasts.
seconds = {}
DEFAULT_SECONDS = {
    "boot": 0.2,  # pending -> running
    "stop": 0.2,  # stopping -> stopped
    "terminate": 0.2,  # shutting-down -> terminated
    "image": 0.3,  # pending -> available, of CreateImage and RegisterImage
    "copy": 0.3,  # pending -> available, of CopyImage
    "snapshot": 0.2,  # pending -> completed
}

# Access key -> secret key. Requests of others, and wrongly signed ones, are refused.
KEYS = {"AKIDEMULATOR": "wJalrXUtnFEMI/K7MDENG+emulator"}

# Whether instances have a disk that root may write to: what is on the test's own host, as it is found.
disks = False

# Whether instances run and let nobody in: no SSH server is started in them.
deaf = False

# Of the lists of EBS direct.
blocks_of_a_page = 700

ACCOUNT = "123456789012"
SSH_PORT = 2222


def reset():
    global disks, deaf
    disks = deaf = False
    seconds.clear()
    seconds.update(DEFAULT_SECONDS)


reset()
