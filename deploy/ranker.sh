#!/bin/sh
# For /usr/local/bin/ranker, where Ranker runs as ranker.service: its commands as the service's own user, with its
# settings and its files. Of yours it sees none, so a backup goes out and in through a pipe:
#   sudo ranker backup - > site.backup
exec systemd-run --quiet --collect --pipe --pty \
  --property=DynamicUser=yes --property=User=ranker --property=UMask=0077 \
  --property=StateDirectory=ranker --property=StateDirectoryMode=0700 \
  --property="Environment=RANKER_DATA_DIR=/var/lib/ranker RANKER_LOG=text RANKER_PROXY_HOPS=1 PORT=8000" \
  --property=EnvironmentFile=-/etc/ranker.env \
  -- /opt/ranker/bin/ranker "$@"
