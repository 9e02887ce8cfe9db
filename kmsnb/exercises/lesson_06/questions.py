"""The predictions and exam questions of lesson 06."""

from ..model import Option, Question

QUESTIONS = {
    "06.who": Question(
        "XYZ, the administrator, tries four calls: DisableKey, ScheduleKeyDeletion, CreateGrant and Decrypt. Which of them "
        "does KMS refuse?",
        (
            Option(
                "None of them.",
                "Nothing is allowed for being an administrator, only for being listed, and no pattern of the second "
                "statement fits Decrypt.",
            ),
            Option(
                "Decrypt.",
                "The other three are listed: `kms:Disable*`, `kms:ScheduleKeyDeletion`, and `kms:Create*`, which covers "
                "CreateGrant too.",
                right=True,
            ),
            Option(
                "Decrypt and CreateGrant.",
                "CreateGrant stands by name in ABC's statement only. But look at XYZ's first pattern, `kms:Create*`.",
            ),
            Option(
                "Decrypt and ScheduleKeyDeletion.",
                "`kms:ScheduleKeyDeletion` is in XYZ's list, near its end. To delete a key takes no right to use it.",
            ),
        ),
    ),
    "06.root": Question(
        "Bea is an IAM user of this account. No statement names her, and she has no IAM policy. What may she do with the key?",
        (
            Option(
                "Everything: `root` stands for the account, and she belongs to it.",
                "It does stand for the account. But what an account may do, its users may not do by that alone.",
            ),
            Option(
                "Nothing: `root` stands for the account's root user, who is someone else.",
                "She may do nothing, but for another reason. This ARN, as a principal, stands for the whole account, not "
                "for the root user only.",
            ),
            Option(
                "Nothing: `root` stands for the account, which has handed nothing on to her.",
                "The key policy allows it to the account; the account hands it on by IAM policies, and Bea has none.",
                right=True,
            ),
        ),
    ),
    "06.lockout": Question(
        "You are `student`, with AdministratorAccess. You put the policy again, without its first statement. What happens?",
        (
            Option(
                "KMS takes it, and you keep your access as an administrator.",
                "AdministratorAccess is an IAM policy. Without the first statement the key policy leaves nothing to IAM "
                "policies, however wide they are.",
            ),
            Option(
                "KMS takes it, and you have no access to the key any more.",
                "That would be the effect, and that is why KMS does not take it from you without a word more.",
            ),
            Option(
                "KMS refuses it, as you could not put another policy after it.",
                "The lockout safety check: KMS asks whether the caller may PutKeyPolicy again under the new policy.",
                right=True,
            ),
        ),
    ),
    "06.ways": Question(
        "XYZ wants to read what ABC encrypted. Which of these lets XYZ decrypt it?",
        (
            Option(
                "PutKeyPolicy, with one more statement that names XYZ.",
                "`kms:Put*` covers it, and who writes the policy can write it for themselves.",
                right=True,
            ),
            Option(
                "UpdateAlias, so that the key's alias belongs to XYZ.",
                "Aliases belong to nobody. They are names of a key, and here no policy mentions one.",
            ),
            Option(
                "CreateGrant, with XYZ as the grantee of Decrypt.",
                "`kms:Create*` covers it. It does not matter that XYZ does not have what the grant gives away.",
                right=True,
            ),
            Option(
                "TagResource, with a tag that says owner=XYZ.",
                "A tag opens a key only where a policy has a condition on tags. None here has.",
            ),
            Option(
                "An IAM policy for XYZ that allows kms:Decrypt.",
                "The root statement lets it count, as it did for Bea. XYZ needs somebody who may write IAM policies.",
                right=True,
            ),
        ),
    ),
    "06.grant": Question(
        "ABC, who is named in the fourth statement, calls CreateGrant from a Python program. What does KMS do?",
        (
            Option(
                "It makes the grant: ABC is named, and so is the action.",
                "Both are there. But a statement applies only if its condition is met as well.",
            ),
            Option(
                "It makes the grant, of which only AWS services can make use.",
                "The condition is about the call, not about the use of the grant: it asks who makes the call for ABC.",
            ),
            Option(
                "It refuses: no AWS service makes this call for ABC.",
                "`kms:GrantIsForAWSResource` is true only if a service that works with KMS calls on ABC's behalf.",
                right=True,
            ),
        ),
    ),
    "06.deny": Question(
        "Something was encrypted with no context at all. ABC decrypts it, without a context. What does KMS do?",
        (
            Option(
                "It decrypts: there is no `app` that could differ from `shop`.",
                "So one would read it aloud. But for a *Not* operator, what is not there is not equal.",
            ),
            Option(
                "It denies: an `app` that is not there does not equal `shop`.",
                "StringNotEquals is met when the key is absent, so the Deny applies.",
                right=True,
            ),
            Option(
                "It answers that a context is missing: ValidationException.",
                "A context is never compulsory for KMS itself; a policy can only deny a call that comes without.",
            ),
        ),
    ),
    "06.1": Question(
        "A role has an IAM policy that allows kms:* on every key of the account. Its Decrypt fails: “… is not authorized to "
        "perform: kms:Decrypt on resource: … because no resource-based policy allows the kms:Decrypt action”. What solves it?",
        (
            Option(
                "Add kms:Decrypt by name to the IAM policy of the role.",
                "`kms:*` has it already. The message is about the other side: the key policy.",
            ),
            Option(
                "Attach AdministratorAccess to the role instead.",
                "No IAM policy helps while the key policy does not leave the matter to IAM.",
            ),
            Option(
                "Add a statement to the key policy that names the role or the account.",
                "Named itself, the role needs no IAM policy; with the account's root named, its IAM policy counts.",
                right=True,
            ),
            Option(
                "Switch off the lockout safety check of the key.",
                "That check is about PutKeyPolicy, and is chosen for each call. It allows nobody to Decrypt.",
            ),
        ),
    ),
    "06.2": Question(
        "An auditor demands that the administrators of a key cannot decrypt with it, nor let themselves in. The key policy "
        "must change. What does it take?",
        (
            Option(
                "Replace `kms:Create*` and `kms:Put*` by a list without CreateGrant and PutKeyPolicy.",
                "These are the two calls by which administrators let themselves in.",
                right=True,
            ),
            Option(
                "Replace `kms:*` in the root statement by `kms:Encrypt`.",
                "Then IAM policies open no Decrypt, but nobody in the account could manage the key by IAM either; and the "
                "administrators' own statement, with both ways in it, is as before.",
            ),
            Option(
                "Deny them Decrypt, ReEncrypt*, CreateGrant and PutKeyPolicy explicitly.",
                "Then no IAM policy brings these back to them: a Deny beats every Allow. ReEncrypt belongs to the list: it opens "
                "a ciphertext, and could hand it to a key of their own.",
                right=True,
            ),
            Option(
                "Turn on automatic key rotation.",
                "Rotation changes the key material, not who may use the key.",
            ),
        ),
    ),
    "06.3": Question(
        "A batch job's role needs Decrypt on a key for one night. The team does not want to edit the key policy or an IAM "
        "policy. What is the best way?",
        (
            Option(
                "A grant for the role, for Decrypt, revoked in the morning.",
                "Grants are made for this: narrow, made by a call, and taken back by one.",
                right=True,
            ),
            Option(
                "A copy of the key, with a policy of its own, deleted in the morning.",
                "Key material that KMS made cannot be copied to another key, and another key does not open the "
                "ciphertext.",
            ),
            Option(
                "An alias of the key that is made for the role, deleted in the morning.",
                "An alias is a name. It gives nobody a right.",
            ),
            Option(
                "A new encryption context, which is told to the role only.",
                "A context is no password: it is not secret, and it comes on top of the permission.",
            ),
        ),
    ),
}
