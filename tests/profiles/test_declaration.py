import pytest

from outsidein.errors import ProjectError
from outsidein.profiles.declaration import ADDRESS, ProfileSettings
from outsidein.project.declarations import declare


def problem(**settings):
    with pytest.raises(ProjectError) as error:
        declare(ProfileSettings, settings, file="outsidein.toml")
    return str(error.value)


def test_without_settings_the_most_recent_survives_and_an_address_whole():
    settings = ProfileSettings()
    assert [settings.rule_of(field) for field in ("city", "name", "trait_home")] == [
        "most_recent"
    ] * 3
    assert settings.groups == {"address": ADDRESS}


def test_a_field_of_a_group_has_the_rule_of_the_group():
    settings = ProfileSettings(fields={"address": "longest", "trait_home": "most_frequent"})
    assert [settings.rule_of(f) for f in ("city", "address", "trait_home", "name")] == [
        *("longest", "longest", "most_frequent", "most_recent")
    ]


def test_a_misspelt_field_is_named_with_the_nearest_real_one():
    assert problem(fields={"nmae": "longest"}) == (
        "outsidein.toml: there is no field 'nmae'. Did you mean 'name'? Traits begin with 'trait_'."
    )
    assert "no field 'adress'. Did you mean 'address'?" in problem(fields={"adress": "longest"})
    assert "groups: there is no field 'town'." in problem(groups={"address": ["town"]})
    assert "there is no field 'record_id'" in problem(fields={"record_id": "longest"})


def test_a_misspelt_rule_is_told_the_rules():
    assert "fields.name: 'latest' is invalid: input should be 'most_recent', 'most_freq" in problem(
        fields={"name": "latest"}
    )


@pytest.mark.parametrize(
    "settings", [{"default": "most_trusted"}, {"fields": {"trait_home": "most_trusted"}}]
)
def test_to_trust_the_most_trusted_needs_an_order_of_sources(settings):
    assert problem(**settings) == (
        "outsidein.toml: most_trusted needs the order of the sources: write, under [profile], "
        'trusted = ["crm", "shop"] with your sources, most trusted first'
    )
    assert ProfileSettings(**settings, trusted=("crm",)).trusted == ("crm",)


def test_a_source_is_trusted_once():
    assert "trusted: the source 'crm' is named twice" in problem(trusted=["crm", "shop", "crm"])


def test_only_texts_have_a_longest():
    assert "'born_on' is not a text; the rule longest needs one" in problem(
        fields={"born_on": "longest"}
    )


def test_a_field_of_a_group_has_no_rule_of_its_own():
    assert problem(fields={"city": "longest"}) == (
        "outsidein.toml: 'city' is taken from one record with all of 'address'; state the rule "
        "for 'address', or state [profile.groups] without 'city'"
    )
    apart = ProfileSettings(fields={"city": "longest"}, groups={})
    assert apart.rule_of("city") == "longest"


def test_groups_have_names_of_their_own_and_share_no_field():
    assert "'city' is a field; give the group another name" in problem(groups={"city": ["city"]})
    assert "'trait_x' is a field" in problem(groups={"trait_x": ["city"]})
    assert "the group 'place' has no fields; leave it out" in problem(groups={"place": []})
    shared = {"place": ["city", "region"], "mail": ["street", "city"]}
    assert "'city' is named twice; a field belongs to one group" in problem(groups=shared)
