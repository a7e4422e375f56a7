"""EC2, SSM, STS and Secrets Manager on loopback, with a real SSH server behind each instance.

moto answers the calls. What it leaves out and kiln depends on is in the modules here, one subject
each: machines that can be logged in to, images that are made of their instances' volumes, states
that take time, client tokens, what is refused while it is in use, signatures, faults.
"""
