#!/bin/sh
# build_image.sh KILN KILN_NODE FOLDER TEMPLATE: an image of the tests, in FOLDER. The cache is left there, so that
# a second run of the tests is quick.
set -eu
if [ "$(id -u)" != 0 ]; then
    echo "building an image takes root"
    exit 77
fi
kiln=$1 kiln_node=$2 folder=$3 template=$4
mkdir -p "$folder"
export XDG_CACHE_HOME="$folder/cache" XDG_STATE_HOME="$folder/state"
"$kiln" build -force -color=false -var "output_directory=$folder" -var "kiln_node=$kiln_node" \
    "$template"
