#!/bin/bash
# Init container: gives the server its id and the options of its part. Ordinal 0 is the primary.
set -euo pipefail

ordinal=${POD_NAME##*-}
printf '[mysqld]\nserver-id=%d\n' $((SERVER_ID_BASE + ordinal)) >/mnt/conf.d/server-id.cnf
if ((ordinal == 0)); then
	cp /mnt/config-map/primary.cnf /mnt/conf.d/
else
	cp /mnt/config-map/replica.cnf /mnt/conf.d/
fi
