#!/usr/bin/env bash
# install.sh NPM FOLDER: playwright-core, as package-lock.json has it, into FOLDER.
set -euo pipefail
npm=$1 folder=$2 here=$(dirname "$0")
installed=$folder/node_modules/playwright-core/package.json
[ -f "$installed" ] && cmp -s "$here/package-lock.json" "$folder/package-lock.json" && exit 0
cp "$here/package.json" "$here/package-lock.json" "$folder"
"$npm" ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
