#!/bin/bash
# User data of the EC2 host: sets up Docker, swap and the data disk, and installs the command that deploys a release. It
# holds no secret. A change to this file replaces the host; the data disk stays.
set -euo pipefail

install -d -m 755 /etc/darkroom
cat >/etc/darkroom/stack.env <<'STACK'
STACK=@STACK@
REGION=@REGION@
BUCKET=@BUCKET@
SECRET=@SECRET@
NAMES=@NAMES@
STACK

# ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
export DEBIAN_FRONTEND=noninteractive
# At its first start, Ubuntu also checks for updates and holds apt's locks. Mirrors fail now and then.
for _ in $(seq 30); do apt-get update -q -o Acquire::Retries=5 && break || sleep 10; done
apt-get install -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=5 --no-install-recommends docker.io docker-buildx docker-compose-v2 curl jq unattended-upgrades

# ── swap: building the images needs more memory than the smallest hosts have ─────────────────────────────────────────
if [ ! -f /swapfile ]; then
  fallocate -l 4G /swapfile
  chmod 600 /swapfile
  mkswap /swapfile
  echo '/swapfile none swap sw 0 0' >>/etc/fstab
fi
swapon -a

# ── the data disk: the only disk besides the system's; it is attached shortly after the host has started ─────────────
# Types such as c7gd have instance storage, which loses its content when the host stops. The disk model identifies it.
system=$(lsblk -no pkname "$(findmnt -no SOURCE /)")
data=
for _ in $(seq 300); do
  data=$(lsblk -dno name,type,model | awk -v own="$system" '$2 == "disk" && $1 != own && !/NVMe.Instance.Storage/ { print "/dev/" $1 }')
  [ "$(printf '%s' "$data" | grep -c .)" = 1 ] && break
  sleep 2
done
[ "$(printf '%s' "$data" | grep -c .)" = 1 ] || { echo "darkroom: expected one data disk, found: ${data:-none}" >&2; exit 1; }
# Never format a disk that has a file system.
blkid "$data" || mkfs.ext4 -L darkroom "$data"
install -d /var/lib/darkroom
grep -q /var/lib/darkroom /etc/fstab || echo "UUID=$(blkid -s UUID -o value "$data") /var/lib/darkroom ext4 defaults,nofail 0 2" >>/etc/fstab
mount -a
resize2fs "$data"
# At later starts, Docker waits for the disk: with `nofail` it may be mounted late, and PostgreSQL would start without
# its data.
install -d /etc/systemd/system/docker.service.d
printf '[Unit]\nRequiresMountsFor=/var/lib/darkroom\n' >/etc/systemd/system/docker.service.d/darkroom.conf
# 999 is the PostgreSQL user in its image.
install -d -o 999 -g 999 -m 700 /var/lib/darkroom/database

# ── calls AWS with the role of this host: darkroom-aws SERVICE PATH [option of curl]… ────────────────────────────────
cat >/usr/local/sbin/darkroom-aws <<'CALL'
#!/bin/bash
# Sends one signed call. AWS_ENDPOINT_URL replaces the address of AWS, as for the AWS CLI.
set -euo pipefail
. /etc/darkroom/stack.env
service=$1
path=$2
shift 2
metadata=http://169.254.169.254/latest
session=$(curl -fsS --retry 5 -X PUT "$metadata/api/token" -H 'x-aws-ec2-metadata-token-ttl-seconds: 300')
ask() { curl -fsS --retry 5 -H "x-aws-ec2-metadata-token: $session" "$metadata/meta-data/iam/security-credentials/$1"; }
keys=$(ask "$(ask '')")
# On standard input, so that no key appears in the process list.
printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
  "$(jq -r .AccessKeyId <<<"$keys")" "$(jq -r .SecretAccessKey <<<"$keys")" "$(jq -r .Token <<<"$keys")" |
  curl -sS --fail-with-body --retry 5 --config - --aws-sigv4 "aws:amz:$REGION:$service" \
    "$@" "${AWS_ENDPOINT_URL:-https://$service.$REGION.amazonaws.com}$path"
CALL

# ── the command that Systems Manager runs: darkroom-deploy RELEASE REDIS_HOST ───────────────────────────────────────
cat >/usr/local/sbin/darkroom-deploy <<'DEPLOY'
#!/bin/bash
# Downloads a release from the bucket and runs its deploy script.
set -euo pipefail
. /etc/darkroom/stack.env
exec 9>/run/lock/darkroom-deploy
flock 9
release=$1
folder=/opt/darkroom/releases/$release
if [ ! -f "$folder/.complete" ]; then
  install -d "$folder"
  darkroom-aws s3 "/$BUCKET/releases/$release.tar.gz" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' --output "$folder.tar.gz"
  tar -xzf "$folder.tar.gz" -C "$folder"
  rm "$folder.tar.gz"
  touch "$folder/.complete"
fi
exec bash "$folder/provision/host/deploy.sh" "$@"
DEPLOY
chmod 755 /usr/local/sbin/darkroom-aws /usr/local/sbin/darkroom-deploy
touch /etc/darkroom/ready
