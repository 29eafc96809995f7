#!/usr/bin/env bash
# A walk through Gatehouse with the unmodified AWS CLI. Any command that fails ends it.
# Environment: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, ACCOUNT_ID.
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

seed=$(mktemp)
serial=$(aws iam create-virtual-mfa-device --virtual-mfa-device-name phone --outfile "$seed" --bootstrap-method Base32StringSeed --query VirtualMFADevice.SerialNumber)
rm -f "$seed"
expect mfa "$serial" "$iam:mfa/phone"

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
echo walked
