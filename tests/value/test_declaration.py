import pytest
from pydantic import BaseModel

from outsidein.errors import ProjectError
from outsidein.project.declarations import declare
from outsidein.value.declaration import DEFAULT_TIERS, Tier, Tiers, ValueSettings


class File(BaseModel):
    tier: Tiers = DEFAULT_TIERS


REST, LOSSES = {"name": "iron"}, {"name": "lead", "losses": True}


def problem(*tiers):
    with pytest.raises(ProjectError) as error:
        declare(File, {"tier": list(tiers)}, file="outsidein.toml")
    return str(error.value)


def test_tiers_are_top_shares_one_for_losses_and_one_for_the_rest():
    tops = [{"name": "platinum", "top_share": 0.05}, {"name": "gold", "top_share": 0.2}]
    declared = declare(File, {"tier": [*tops, REST, LOSSES]}, file="outsidein.toml")
    assert declared.tier == DEFAULT_TIERS


def test_without_a_rest_or_without_losses_some_customers_would_be_in_no_tier():
    assert "exactly one tier must be for the rest" in problem(LOSSES)
    assert "(losses = true); there are 0" in problem(REST)
    assert "(neither top_share nor losses); there are 2" in problem(REST, LOSSES, {"name": "zinc"})


def test_top_shares_rise_and_names_differ():
    gold = {"name": "gold", "top_share": 0.2}
    falling = problem(gold, {"name": "platinum", "top_share": 0.05}, REST, LOSSES)
    assert "each top_share must be above the one before" in falling
    equal = problem(gold, {"name": "silver", "top_share": 0.2}, REST, LOSSES)
    assert "each top_share must be above the one before" in equal
    assert "the tier 'gold' is declared twice" in problem(gold, gold, REST, LOSSES)


def test_a_tier_is_of_one_kind():
    assert "losses and top_share exclude each other" in problem(LOSSES | {"top_share": 0.1}, REST)


def test_a_policy_reads_as_a_sentence_with_who_and_when():
    policy = {"decision": "repair", "by": "Ana", "on": "2024-01-08", "reason": "We failed them."}
    tier = declare(Tier, LOSSES | {"policy": policy}, file="outsidein.toml")
    assert tier.policy.sentence == "repair, decided by Ana on 2024-01-08: We failed them."


def test_a_margin_is_exact_to_the_hundredth_of_a_per_cent():
    assert ValueSettings(gross_margin=0.2875).gross_margin == 0.2875
    with pytest.raises(ProjectError, match=r"gross_margin: 0.33333 is invalid: it may have four"):
        declare(ValueSettings, {"gross_margin": 0.33333}, file="outsidein.toml")
