module example.org/ebs-endpoint

go 1.19
