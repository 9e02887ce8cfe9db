"""What lesson 05 asks."""

from ..model import Option, Question

QUESTIONS = {
    "05.calls": Question(
        "On its second page the console asks for an alias. How does it get to KMS?",
        (
            Option(
                "As a parameter of the call that creates the key.",
                "It looks so, since it stands in the same form. But the call has no such parameter.",
            ),
            Option(
                "As a tag that is put on the key, with the name in it.",
                "EC2 and others do show a tag `Name` as a name. In KMS a tag is no name, and an alias is no tag: it is a "
                "thing of its own, with an ARN of its own.",
            ),
            Option(
                "In a call of its own, after the one that creates the key.",
                "An alias points to a key, so the key must be there first. The console makes both calls for you.",
                right=True,
            ),
            Option(
                "It does not: only the console knows the alias of a key.",
                "Then no program could use it. Programs can: KMS keeps the alias, in the account and Region of the key.",
            ),
        ),
    ),
    "05.twice": Question(
        "The program makes two calls: CreateKey, then CreateAlias with `alias/shop`. After a second run, what is there "
        "that was not there before it?",
        (
            Option(
                "Nothing: KMS sees that this key is there already.",
                "CreateKey knows no duplicates. Each call makes another key, with an id and key material of its own.",
            ),
            Option(
                "Nothing: KMS takes the new key back when the alias fails.",
                "Two calls are two calls. KMS does not know that they belong together, and undoes neither.",
            ),
            Option(
                "A second key, and `alias/shop` now names this one.",
                "CreateAlias never moves an alias that exists; for that there is UpdateAlias. It refuses.",
            ),
            Option(
                "A second key, and `alias/shop` names the first one still.",
                "The first call does its work, the second one is refused. What is left is a key without a name.",
                right=True,
            ),
        ),
    ),
    "05.name": Question(
        "The key has the alias `alias/shop`. Which of these does CreateAlias take, for the same key?",
        (
            Option(
                "`invoices`", "The prefix `alias/` belongs to the name. Only the console adds it for you."
            ),
            Option(
                "`alias/my shop`",
                "Letters without accents, digits, `/`, `_` and `-`. A space is none of these.",
            ),
            Option(
                "`alias/SHOP`",
                "Capitals count, so this is another name than `alias/shop`; and a key may have several. (That it is "
                "allowed does not make it wise.)",
                right=True,
            ),
            Option(
                "`alias/aws/shop`",
                "Names that begin so belong to AWS, for the keys that AWS manages for you.",
            ),
        ),
    ),
    "05.tag": Question(
        "One key has the tag `team=shop`. You give a second key the same tag. What does KMS do?",
        (
            Option(
                "It refuses: the tag is taken, as an alias would be.",
                "A tag is a note on a key, not a name. Any number of keys may carry the same one.",
            ),
            Option(
                "It moves the tag over: a pair stands on one key at a time.",
                "Nothing moves. A tag does not point to a key, it stands on one; or on many.",
            ),
            Option(
                "It puts the tag on the second key, and leaves the first one.",
                "Both have it now. That is the use of a tag: to put things together. And it is why a tag cannot say "
                "which key you mean.",
                right=True,
            ),
        ),
    ),
    "05.policy": Question(
        "CreateKey got no policy. Who may encrypt with the key now?",
        (
            Option(
                "Everyone in the account, since no policy forbids it.",
                "In AWS whatever is not allowed is denied. ABC asks for it below, and is refused.",
            ),
            Option(
                "The user who created it, and until then nobody else.",
                "KMS does not care who created a key. You may use it, but by a policy, not because you made it.",
            ),
            Option(
                "Those whom an IAM policy of the account allows it.",
                "The policy that KMS writes leaves the decision to the account's IAM policies, all of it.",
                right=True,
            ),
            Option(
                "Nobody, until somebody attaches a key policy to it.",
                "No key is without a policy: KMS writes one when it gets none.",
            ),
        ),
    ),
    "05.region": Question(
        "The key and its alias are in us-east-1. What does KMS in eu-west-1 say to DescribeKey of `alias/shop`?",
        (
            Option(
                "It describes the key, since both Regions are of one account.",
                "An account spans all Regions, but a key lives in one. Each Region has a KMS of its own.",
            ),
            Option(
                "It answers NotFoundException: it has no alias of that name.",
                "It does not look elsewhere, and does not know that there is an elsewhere.",
                right=True,
            ),
            Option(
                "It answers AccessDeniedException: the key is not for this Region.",
                "That is for what is there and not for you. Here nothing is there.",
            ),
        ),
    ),
    "05.1": Question(
        "A script calls CreateKey without a policy. An IAM user of the account, who has no IAM policy, gets "
        "AccessDeniedException from Encrypt. What lets the user encrypt?",
        (
            Option(
                "A statement in the key policy that allows the user kms:Encrypt.",
                "A key policy that names a user of its own account is enough by itself.",
                right=True,
            ),
            Option(
                "An IAM policy on the user that allows kms:Encrypt on the key.",
                "The default key policy has IAM policies decide, so one that allows it is enough.",
                right=True,
            ),
            Option(
                "An alias for the key, which the user names in the call.",
                "An alias is a name. By itself it lets nobody in. (A policy can go by aliases, but there is none here.)",
            ),
            Option(
                "A tag on the key with the user's name as its value.",
                "A tag lets somebody in only if a policy has a condition about it. None has one here.",
            ),
        ),
    ),
    "05.2": Question(
        "An application runs in us-east-1 and in eu-west-1, with data of its own in each. Its code must name the KMS key in "
        "the same way in both. What do you do, with the least effort?",
        (
            Option(
                "Create an alias in eu-west-1 whose target is the ARN of the key in us-east-1.",
                "An alias and its key must be in one Region: NotFoundException.",
            ),
            Option(
                "Create a key in each Region, and for each of them an alias of the same name.",
                "Alias names are unique in a Region, not beyond it. Each Region finds its own key by the same name.",
                right=True,
            ),
            Option(
                "Put the same tag on the two keys, and name the tag in the code.",
                "No call takes a tag for a key.",
            ),
            Option(
                "Create the key in us-east-1 and call UpdatePrimaryRegion with eu-west-1.",
                "That swaps the roles of a multi-Region key and its replica. The key is neither.",
            ),
        ),
    ),
    "05.3": Question(
        "A key was created with the default origin, and `alias/app` names it. A new rule demands key material that the "
        "company has generated itself. What meets it for new data?",
        (
            Option(
                "Change the origin of the key to EXTERNAL, and import the key material.",
                "The origin of a key never changes.",
            ),
            Option(
                "Import the key material into the key, so that it takes the place of the old one.",
                "ImportKeyMaterial is for keys with the origin EXTERNAL; for this one it is UnsupportedOperationException.",
            ),
            Option(
                "Create a key with the origin EXTERNAL, import the key material, and update the alias.",
                "New data goes to the new key, by the old name. The old key must stay for the old data.",
                right=True,
            ),
            Option(
                "Turn on automatic rotation, and hand over the key material at the next rotation.",
                "Automatic rotation has KMS make the new key material.",
            ),
        ),
    ),
}
