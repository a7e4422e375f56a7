"""An EC2 for listings alone: many regions, images and snapshots, answered from pages that are rendered before.

It is no emulator: it looks at nothing but region, action and page, so that what is measured is the client.
Loopback only. Counts the requests that are under way at the same time.
"""

import asyncio
import json
import multiprocessing
import re
import socket
import urllib.parse

ACCOUNT = "123456789012"
NAMESPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'

_IMAGE = """<item><imageId>ami-{id}</imageId><imageLocation>{account}/{name}</imageLocation>\
<imageState>available</imageState><imageOwnerId>{account}</imageOwnerId>\
<creationDate>2026-{month:02}-{day:02}T0{hour}:00:00.000Z</creationDate><isPublic>false</isPublic>\
<architecture>{arch}</architecture><imageType>machine</imageType><name>{name}</name>\
<description>Kubernetes node {number}</description><rootDeviceType>ebs</rootDeviceType>\
<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs>\
<snapshotId>snap-{id}</snapshotId><volumeSize>20</volumeSize><deleteOnTermination>true</deleteOnTermination>\
<volumeType>gp3</volumeType><iops>3000</iops><throughput>125</throughput><encrypted>false</encrypted></ebs></item>\
</blockDeviceMapping><virtualizationType>hvm</virtualizationType>{tags}<hypervisor>xen</hypervisor>\
<enaSupport>true</enaSupport><sriovNetSupport>simple</sriovNetSupport><bootMode>uefi-preferred</bootMode>\
<platformDetails>Linux/UNIX</platformDetails><usageOperation>RunInstances</usageOperation>\
<imdsSupport>v2.0</imdsSupport></item>"""
_SNAPSHOT = """<item><snapshotId>snap-{id}</snapshotId><volumeId>vol-ffffffff</volumeId><status>completed</status>\
<startTime>2026-{month:02}-{day:02}T0{hour}:00:00.000Z</startTime><progress>100%</progress><ownerId>{account}</ownerId>\
<volumeSize>20</volumeSize><description>Created by CreateImage(i-{id}) for ami-{id}</description>{tags}\
<encrypted>false</encrypted><storageTier>standard</storageTier>\
<fullSnapshotSizeInBytes>3221225472</fullSnapshotSizeInBytes></item>"""


def _tags(number):
    given = {"Name": f"node-{number}", "kiln:run": f"run-{number}", "kiln:role": "output",
             "kiln:template": f"nodes-{number % 40}:node-#", "kubernetes": f"1.{30 + number % 5}", "team": f"t{number % 7}"}
    items = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in given.items())
    return f"<tagSet>{items}</tagSet>"


def regions(count):
    """Names in the manner of Amazon's; the first are real ones, as a region has to be given."""
    return ["us-east-1", *(f"xx-test-{number}" for number in range(1, count))]


def shares(images, count):
    """How many images each region has: a fourth in the first, so that there are pages, the rest alike."""
    first = images // 4 if count > 1 else images
    rest, extra = divmod(images - first, max(1, count - 1))
    return [first] + [rest + (1 if number < extra else 0) for number in range(count - 1)]


def _render(root, list_name, item, numbers, region, page_size):
    """The answers of one listing, page by page."""
    pages = []
    for begin in range(0, max(1, len(numbers)), page_size):
        items = "".join(item.format(
            id=f"{number:017x}", number=number, account=ACCOUNT, name=f"node-{region}-{number}", tags=_tags(number),
            month=1 + number % 11, day=1 + number % 28, hour=number % 10, arch=("x86_64", "arm64")[number % 2],
        ) for number in numbers[begin:begin + page_size])
        following = begin + page_size
        token = f"<nextToken>{following // page_size}</nextToken>" if following < len(numbers) else ""
        pages.append(f'<?xml version="1.0"?><{root} {NAMESPACE}><requestId>r</requestId><{list_name}>{items}'
                     f"</{list_name}>{token}</{root}>".encode())
    return pages


def render(images, count, page_size=1000):
    """{(region, action): [page]}"""
    answers = {}
    begin = 0
    names = regions(count)
    listed = "".join(f"<item><regionName>{name}</regionName><optInStatus>opted-in</optInStatus></item>" for name in names)
    for name, share in zip(names, shares(images, count)):
        numbers = range(begin, begin + share)
        begin += share
        answers[name, "DescribeImages"] = _render(
            "DescribeImagesResponse", "imagesSet", _IMAGE, numbers, name, page_size)
        answers[name, "DescribeSnapshots"] = _render(
            "DescribeSnapshotsResponse", "snapshotSet", _SNAPSHOT, numbers, name, page_size)
        answers[name, "DescribeRegions"] = [
            f"<DescribeRegionsResponse {NAMESPACE}><regionInfo>{listed}</regionInfo></DescribeRegionsResponse>".encode()]
        answers[name, "GetCallerIdentity"] = [
            f"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{ACCOUNT}</Account><UserId>u</UserId>"
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/u</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>".encode()]
    return answers


class _Server:
    def __init__(self, answers, seconds):
        self._answers = answers
        self._seconds = seconds  # that each answer takes, as one over a network does
        self.reset()

    def reset(self):
        self.requests = 0
        self.under_way = 0
        self.most = 0
        self.most_of_region = 0
        self._of_region = {}

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1])) if length else b""
                status, answer = await self._answer(head, body)
                writer.write(b"HTTP/1.1 %s\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
                             % (status, len(answer)))
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head, body):
        if head.startswith(b"GET /counts"):
            counts = {"requests": self.requests, "most": self.most, "most_of_region": self.most_of_region}
            self.reset()
            return b"200 OK", json.dumps(counts).encode()
        scope = re.search(rb"Credential=[^/]+/\d+/([^/]+)/", head)
        asked = dict(urllib.parse.parse_qsl(body.decode()))
        region = scope[1].decode() if scope else ""
        pages = self._answers.get((region, asked.get("Action")))
        self._begin(region)
        try:
            await asyncio.sleep(self._seconds)
            if pages is None:
                return b"400 Bad Request", (b"<Response><Errors><Error><Code>NotPrepared</Code><Message>"
                                            b"of listings alone</Message></Error></Errors></Response>")
            return b"200 OK", pages[int(asked.get("NextToken", 0))]
        finally:
            self._end(region)

    def _begin(self, region):
        self.requests += 1
        self.under_way += 1
        self._of_region[region] = self._of_region.get(region, 0) + 1
        self.most = max(self.most, self.under_way)
        self.most_of_region = max(self.most_of_region, self._of_region[region])

    def _end(self, region):
        self.under_way -= 1
        self._of_region[region] -= 1


async def _serve(listener, images, count, seconds, ready):
    server = await asyncio.start_server(_Server(render(images, count), seconds).serve, sock=listener)
    ready.set()
    async with server:
        await server.serve_forever()


def _run(*given):
    asyncio.run(_serve(*given))


class Ec2Pages:
    """Answers at `endpoint`, each request after `seconds`."""

    def __init__(self, images, count, seconds):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ready = multiprocessing.Event()
        self._process = multiprocessing.Process(
            target=_run, args=(self._listener, images, count, seconds, self._ready), daemon=True)

    def __enter__(self):
        self._process.start()
        self._listener.close()
        if not self._ready.wait(60):
            raise RuntimeError("the pages are not ready after a minute")
        return self

    def __exit__(self, *error):
        self._process.terminate()
        self._process.join()

    @property
    def pid(self):
        return self._process.pid

    def counts(self):
        """Since the last time: requests, and the most of them under way at once, in all and in one region."""
        import urllib.request

        with urllib.request.urlopen(self.endpoint + "/counts") as answer:
            return json.load(answer)
