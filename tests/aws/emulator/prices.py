"""GetProducts of the price list, which moto has not: a few products in the form of the real one."""

import json

from . import answers

# region code -> the beginning of its usage types
_PREFIXES = {"us-east-1": "", "eu-west-1": "EUW1-"}


def _product(family, usage, dollars, **attributes):
    attributes |= {"usagetype": usage, "servicecode": "AmazonEC2"}
    dimension = {"unit": "Hrs", "beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": f"{dollars:.10f}"}}
    return {"product": {"productFamily": family, "sku": usage, "attributes": attributes | {"productFamily": family}},
            "serviceCode": "AmazonEC2", "publicationDate": "2026-11-01T00:00:00Z",
            "terms": {"OnDemand": {usage + ".JRTC": {"priceDimensions": {usage + ".JRTC.6YS6": dimension}}}}}


def _products():
    for region, prefix in _PREFIXES.items():
        shared = {"operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "regionCode": region}
        for status, kind, dollars in (("UnusedCapacityReservation", "UnusedBox:", 0.0),
                                      ("Used", "BoxUsage:", 0.0123 if prefix else 0.0104)):
            yield _product("Compute Instance", f"{prefix}{kind}t3.micro", dollars, instanceType="t3.micro",
                           capacitystatus=status, **shared)
        yield _product("Storage", f"{prefix}EBS:VolumeUsage.gp3", 0.088 if prefix else 0.08, volumeApiName="gp3",
                       regionCode=region)
        for kind, dollars in (("EBS:SnapshotArchiveStorage", 0.0125), ("EBS:SnapshotUsage", 0.055 if prefix else 0.05)):
            yield _product("Storage Snapshot", prefix + kind, dollars, regionCode=region)


def answer(call):
    wanted = [(one["Field"], one["Value"]) for one in json.loads(call.body)["Filters"]]
    found = [product for product in _products()
             if all(product["product"]["attributes"].get(field) == value for field, value in wanted)]
    return answers.as_json({"FormatVersion": "aws_v1", "PriceList": [json.dumps(product) for product in found]})
