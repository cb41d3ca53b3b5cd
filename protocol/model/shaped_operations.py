"""Operations whose shapes refresh.py keeps, for the services of which only a part is built.

Some of these models hold hundreds of shapes. Whatever is not named here keeps its name and what routing
needs, so that it is answered 501 by its name and costs nothing to compile. A service that is not here at
all is kept whole.
"""

_TEXT = {
    "secretsmanager": """
        BatchGetSecretValue CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret DescribeSecret
        GetRandomPassword GetResourcePolicy GetSecretValue ListSecretVersionIds ListSecrets PutResourcePolicy
        PutSecretValue RestoreSecret RotateSecret TagResource UntagResource UpdateSecret
        UpdateSecretVersionStage ValidateResourcePolicy""",
    "sts": """
        AssumeRole AssumeRoleWithWebIdentity GetAccessKeyInfo GetCallerIdentity GetFederationToken
        GetSessionToken""",
    "ssm": """
        AddTagsToResource DeleteParameter DeleteParameters DescribeParameters GetParameter
        GetParameterHistory GetParameters GetParametersByPath LabelParameterVersion ListTagsForResource
        PutParameter RemoveTagsFromResource UnlabelParameterVersion""",
    "ses": """
        CreateConfigurationSet CreateConfigurationSetEventDestination CreateTemplate DeleteConfigurationSet
        DeleteConfigurationSetEventDestination DeleteIdentity DeleteTemplate DeleteVerifiedEmailAddress
        DescribeConfigurationSet GetIdentityVerificationAttributes GetSendQuota GetSendStatistics GetTemplate
        ListConfigurationSets ListIdentities ListTemplates ListVerifiedEmailAddresses SendEmail SendRawEmail
        SendTemplatedEmail TestRenderTemplate UpdateConfigurationSetEventDestination UpdateTemplate
        VerifyDomainIdentity VerifyEmailAddress VerifyEmailIdentity""",
    "sesv2": """
        CreateEmailIdentity CreateEmailTemplate DeleteEmailIdentity DeleteEmailTemplate GetAccount
        GetEmailIdentity GetEmailTemplate ListEmailIdentities ListEmailTemplates ListTagsForResource SendEmail
        TagResource UntagResource UpdateEmailTemplate""",
    "logs": """
        CreateLogGroup CreateLogStream DeleteLogGroup DeleteLogStream DeleteRetentionPolicy DescribeLogGroups
        DescribeLogStreams FilterLogEvents GetLogEvents ListTagsForResource ListTagsLogGroup PutLogEvents
        PutRetentionPolicy TagLogGroup TagResource UntagLogGroup UntagResource""",
    "iam": """
        AddRoleToInstanceProfile AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy
        CreateAccessKey CreateGroup CreateInstanceProfile CreateLoginProfile CreatePolicy CreatePolicyVersion
        CreateRole CreateServiceLinkedRole CreateUser DeleteAccessKey DeleteGroup DeleteGroupPolicy
        DeleteInstanceProfile DeleteLoginProfile DeletePolicy DeletePolicyVersion DeleteRole
        DeleteRolePermissionsBoundary DeleteRolePolicy DeleteServiceLinkedRole DeleteUser
        DeleteUserPermissionsBoundary DeleteUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy
        GetGroup GetGroupPolicy GetInstanceProfile GetLoginProfile GetPolicy GetPolicyVersion GetRole
        GetRolePolicy GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy ListAccessKeys
        ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListEntitiesForPolicy
        ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles
        ListInstanceProfilesForRole ListPolicies ListPolicyTags ListPolicyVersions ListRolePolicies ListRoleTags
        ListRoles ListUserPolicies ListUserTags ListUsers PutGroupPolicy PutRolePermissionsBoundary
        PutRolePolicy PutUserPermissionsBoundary PutUserPolicy RemoveRoleFromInstanceProfile RemoveUserFromGroup
        SetDefaultPolicyVersion TagInstanceProfile TagPolicy TagRole TagUser UntagInstanceProfile UntagPolicy
        UntagRole UntagUser UpdateAccessKey UpdateAssumeRolePolicy UpdateGroup UpdateLoginProfile UpdateRole
        UpdateRoleDescription UpdateUser""",
    "s3control": """
        DeletePublicAccessBlock GetPublicAccessBlock ListAccessPoints ListTagsForResource PutPublicAccessBlock
        TagResource UntagResource""",
    "kms": """
        CancelKeyDeletion CreateAlias CreateGrant CreateKey Decrypt DeleteAlias DescribeKey DisableKey
        DisableKeyRotation EnableKey EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair
        GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom
        GetKeyPolicy GetKeyRotationStatus GetPublicKey ListAliases ListGrants ListKeyPolicies
        ListKeyRotations ListKeys ListResourceTags ListRetirableGrants PutKeyPolicy ReEncrypt RetireGrant
        RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion Sign TagResource UntagResource UpdateAlias
        UpdateKeyDescription Verify VerifyMac""",
    "lambda": """
        AddLayerVersionPermission AddPermission CreateAlias CreateCodeSigningConfig CreateEventSourceMapping
        CreateFunction CreateFunctionUrlConfig DeleteAlias DeleteCodeSigningConfig DeleteEventSourceMapping
        DeleteFunction DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency
        DeleteFunctionEventInvokeConfig DeleteFunctionUrlConfig DeleteLayerVersion
        DeleteProvisionedConcurrencyConfig GetAccountSettings GetAlias GetCodeSigningConfig
        GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency
        GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig
        GetFunctionUrlConfig GetLayerVersion GetLayerVersionByArn GetLayerVersionPolicy GetPolicy
        GetProvisionedConcurrencyConfig GetRuntimeManagementConfig Invoke InvokeAsync
        InvokeWithResponseStream ListAliases ListCodeSigningConfigs ListEventSourceMappings
        ListFunctionEventInvokeConfigs ListFunctionUrlConfigs ListFunctions ListFunctionsByCodeSigningConfig
        ListLayerVersions ListLayers ListProvisionedConcurrencyConfigs ListTags ListVersionsByFunction
        PublishLayerVersion PublishVersion PutFunctionCodeSigningConfig PutFunctionConcurrency
        PutFunctionEventInvokeConfig PutFunctionRecursionConfig PutProvisionedConcurrencyConfig
        PutRuntimeManagementConfig RemoveLayerVersionPermission RemovePermission TagResource UntagResource
        UpdateAlias UpdateCodeSigningConfig UpdateEventSourceMapping UpdateFunctionCode
        UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig UpdateFunctionUrlConfig""",
}

SHAPED = {service: frozenset(names.split()) for service, names in _TEXT.items()}
