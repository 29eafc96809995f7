#!/usr/bin/env bash
# A walk through Gatehouse with the unmodified AWS CLI. Any command that fails ends it.
# Environment: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, ACCOUNT_ID; WALK_FILES, a
# folder of its own with certificate.pem, private-key.pem, metadata.xml (SAML) and key.pub (SSH).
set -euo pipefail
export AWS_PAGER='' AWS_EC2_METADATA_DISABLED=true AWS_DEFAULT_OUTPUT=text

expect() { # expect <what> <actual> <expected>
  [ "$2" = "$3" ] || { echo "$1: '$2' instead of '$3'" >&2; exit 1; }
  echo "ok $1"
}
policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}'
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
iam="arn:aws:iam::$ACCOUNT_ID"

expect identity "$(aws sts get-caller-identity --query Arn)" "$iam:root"

aws iam create-account-alias --account-alias "walk-$ACCOUNT_ID"
expect alias "$(aws iam list-account-aliases --query 'AccountAliases[0]')" "walk-$ACCOUNT_ID"

expect user "$(aws iam create-user --user-name ana --path /team/ --tags Key=Team,Value=blue --query User.Arn)" "$iam:user/team/ana"
aws iam create-group --group-name staff > /dev/null
aws iam add-user-to-group --group-name staff --user-name ana
expect group "$(aws iam list-groups-for-user --user-name ana --query 'Groups[0].GroupName')" staff

arn=$(aws iam create-policy --policy-name read --policy-document "$policy" --query Policy.Arn)
expect policy "$arn" "$iam:policy/read"
aws iam attach-group-policy --group-name staff --policy-arn "$arn"
aws iam put-user-policy --user-name ana --policy-name inline --policy-document "$policy"
expect inline "$(aws iam list-user-policies --user-name ana --query 'PolicyNames[0]')" inline
expect simulator "$(aws iam simulate-principal-policy --policy-source-arn "$iam:user/team/ana" --action-names iam:GetUser iam:DeleteUser --query 'EvaluationResults[].EvalDecision')" "$(printf 'allowed\timplicitDeny')"

aws iam update-account-password-policy --minimum-password-length 12 --require-numbers
expect password-policy "$(aws iam get-account-password-policy --query PasswordPolicy.MinimumPasswordLength)" 12
aws iam create-login-profile --user-name ana --password 'Long-enough-pass-1' > /dev/null
expect login-profile "$(aws iam get-login-profile --user-name ana --query LoginProfile.UserName)" ana

aws iam create-role --role-name web --assume-role-policy-document "$trust" > /dev/null
aws iam create-instance-profile --instance-profile-name web > /dev/null
aws iam add-role-to-instance-profile --instance-profile-name web --role-name web
expect instance-profile "$(aws iam get-instance-profile --instance-profile-name web --query 'InstanceProfile.Roles[0].RoleName')" web

read -r key secret < <(aws iam create-access-key --user-name ana --query 'AccessKey.[AccessKeyId,SecretAccessKey]')
expect as-ana "$(AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret aws iam get-user --query User.UserName)" ana
if AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret aws iam list-roles > /dev/null 2>&1; then
  echo 'ana may list roles' >&2
  exit 1
fi

expect tagged "$(aws resourcegroupstaggingapi get-resources --tag-filters Key=Team,Values=blue --query 'ResourceTagMappingList[].ResourceARN')" "$iam:user/team/ana"
expect tag-keys "$(aws resourcegroupstaggingapi get-tag-keys --query TagKeys)" Team
expect cloudtrail "$(aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateGroup --query 'Events[].Resources[].ResourceName')" staff
expect denied "$(aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=ana --max-items 1 --query 'Events[0].EventName')" ListRoles

as_ana() { AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret "$@"; }
code() { node "$(dirname "$0")/totp.mjs" "$WALK_FILES/$1" "$2"; } # code <device> <steps from now>
until_done() { # until_done <what> <state when done> <command …>: asks until it prints the state
  for _ in $(seq 60); do
    [ "$("${@:3}")" = "$2" ] && { echo "ok $1"; return; }
    sleep 0.5
  done
  echo "$1: not $2 in time" >&2
  exit 1
}

# Virtual MFA devices
for device in phone tablet; do
  serial=$(aws iam create-virtual-mfa-device --virtual-mfa-device-name $device --outfile "$WALK_FILES/$device" --bootstrap-method Base32StringSeed --query VirtualMFADevice.SerialNumber)
  expect "mfa $device" "$serial" "$iam:mfa/$device"
  aws iam enable-mfa-device --user-name ana --serial-number "$serial" --authentication-code1 "$(code $device -1)" --authentication-code2 "$(code $device 0)"
done
expect mfa-devices "$(aws iam list-mfa-devices --user-name ana --query 'MFADevices[].SerialNumber')" "$(printf '%s\t%s' "$iam:mfa/phone" "$iam:mfa/tablet")"

# Roles and temporary credentials
with_mfa='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"'$iam:user/team/ana'"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}'
aws iam create-role --role-name careful --assume-role-policy-document "$with_mfa" > /dev/null
aws iam put-role-policy --role-name careful --policy-name lists --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}]}'
if as_ana aws sts assume-role --role-arn "$iam:role/careful" --role-session-name plain > /dev/null 2>&1; then
  echo 'ana may assume the role without MFA' >&2
  exit 1
fi
read -r id part token < <(as_ana aws sts get-session-token --serial-number "$iam:mfa/phone" --token-code "$(code phone 1)" --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
export AWS_CONFIG_FILE="$WALK_FILES/config" AWS_SHARED_CREDENTIALS_FILE="$WALK_FILES/credentials" HOME="$WALK_FILES"
cat > "$AWS_SHARED_CREDENTIALS_FILE" <<END
[ana]
aws_access_key_id = $key
aws_secret_access_key = $secret
[ana-with-mfa]
aws_access_key_id = $id
aws_secret_access_key = $part
aws_session_token = $token
END
cat > "$AWS_CONFIG_FILE" <<END
[profile careful]
role_arn = $iam:role/careful
source_profile = ana
mfa_serial = $iam:mfa/tablet
role_session_name = walk
[profile careful-by-session]
role_arn = $iam:role/careful
source_profile = ana-with-mfa
role_session_name = session
END
expect session-token "$(aws sts get-caller-identity --profile ana-with-mfa --query Arn)" "$iam:user/team/ana"
expect assumed-by-session "$(aws sts get-caller-identity --profile careful-by-session --query Arn)" "arn:aws:sts::$ACCOUNT_ID:assumed-role/careful/session"
# Without a terminal the CLI reads the code that it asks for from its input.
expect assumed-with-mfa "$(code tablet 1 | setsid --wait aws sts get-caller-identity --profile careful --query Arn 2> /dev/null)" "arn:aws:sts::$ACCOUNT_ID:assumed-role/careful/walk"
expect role-permissions "$(aws iam list-roles --profile careful --query 'Roles[].RoleName')" "$(printf 'careful\tweb')"

# Boundaries and tags
aws iam put-user-permissions-boundary --user-name ana --permissions-boundary "$arn"
expect boundary "$(aws iam get-user --user-name ana --query User.PermissionsBoundary.PermissionsBoundaryArn)" "$arn"
aws iam delete-user-permissions-boundary --user-name ana
aws iam tag-role --role-name web --tags Key=Stage,Value=test Key=Team,Value=red
aws iam untag-role --role-name web --tag-keys Team
expect role-tags "$(aws iam list-role-tags --role-name web --query 'Tags[].[Key,Value]')" "$(printf 'Stage\ttest')"

# Identity providers
oidc=$(aws iam create-open-id-connect-provider --url https://login.example.com --client-id-list app --thumbprint-list 0123456789abcdef0123456789abcdef01234567 --query OpenIDConnectProviderArn)
expect oidc "$oidc" "$iam:oidc-provider/login.example.com"
aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn "$oidc" --client-id other
expect oidc-clients "$(aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$oidc" --query 'sort(ClientIDList)')" "$(printf 'app\tother')"
saml=$(aws iam create-saml-provider --name company --saml-metadata-document "file://$WALK_FILES/metadata.xml" --query SAMLProviderArn)
expect saml "$saml" "$iam:saml-provider/company"
expect saml-metadata "$(aws iam get-saml-provider --saml-provider-arn "$saml" --query SAMLMetadataDocument)" "$(cat "$WALK_FILES/metadata.xml")"

# Certificates, SSH keys and credentials for services
aws iam upload-server-certificate --server-certificate-name site --certificate-body "file://$WALK_FILES/certificate.pem" --private-key "file://$WALK_FILES/private-key.pem" > /dev/null
expect server-certificate "$(aws iam list-server-certificates --query 'ServerCertificateMetadataList[].ServerCertificateName')" site
certificate=$(aws iam upload-signing-certificate --user-name ana --certificate-body "file://$WALK_FILES/certificate.pem" --query Certificate.CertificateId)
aws iam update-signing-certificate --user-name ana --certificate-id "$certificate" --status Inactive
expect signing-certificate "$(aws iam list-signing-certificates --user-name ana --query 'Certificates[].Status')" Inactive
ssh=$(aws iam upload-ssh-public-key --user-name ana --ssh-public-key-body "file://$WALK_FILES/key.pub" --query SSHPublicKey.SSHPublicKeyId)
expect ssh-key "$(aws iam get-ssh-public-key --user-name ana --ssh-public-key-id "$ssh" --encoding SSH --query SSHPublicKey.Status)" Active
credential=$(aws iam create-service-specific-credential --user-name ana --service-name codecommit.amazonaws.com --query ServiceSpecificCredential.ServiceSpecificCredentialId)
expect service-credential "$(aws iam list-service-specific-credentials --user-name ana --query 'ServiceSpecificCredentials[].ServiceSpecificCredentialId')" "$credential"

# Reports
until_done credential-report COMPLETE aws iam generate-credential-report --query State
expect report-lines "$(aws iam get-credential-report --query Content | base64 -d | cut -d, -f1 | sort | tr '\n' ' ')" '<root_account> ana user '
job=$(aws iam generate-service-last-accessed-details --arn "$iam:user/team/ana" --query JobId)
until_done last-accessed COMPLETED aws iam get-service-last-accessed-details --job-id "$job" --query JobStatus
echo walked
