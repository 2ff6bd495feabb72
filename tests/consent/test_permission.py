from datetime import UTC, datetime

import pytest

from outsidein.consent.declaration import FILE, ConsentFile, Purpose
from outsidein.consent.permission import NO_CONSENT_RECORDED, CurrentConsent, permission
from outsidein.errors import ProjectError
from outsidein.project.declarations import declare

AT = datetime(2024, 3, 1, tzinfo=UTC)
GIVEN = CurrentConsent(given_at=AT)
REFUSED = CurrentConsent(AT, "refused", "crm", "r1", AT)


@pytest.mark.parametrize("basis", ["consent", "contract", "legitimate_interest"])
@pytest.mark.parametrize(
    ("current", "on"), [(NO_CONSENT_RECORDED, ""), (GIVEN, "given"), (REFUSED, "no")]
)
def test_a_refusal_stops_everything_and_silence_only_what_rests_on_consent(basis, current, on):
    purpose = Purpose(legal_basis=basis, reason="about an order")
    decision = permission("service", purpose, channel="email", current=current)
    assert decision.is_given is (on != "no" and (basis != "consent" or on == "given"))
    assert decision.ground["legal_basis"] == basis
    assert decision.because


def test_without_a_file_an_answer_about_an_order_rests_on_the_contract():
    file = declare(ConsentFile, {}, file=FILE)
    assert file.purpose[file.minimum_response].legal_basis == "contract"


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"minimum_response": "servce"}, "no purpose 'servce'. Did you mean 'service'?"),
        ({"purpose": {"care": {"legal_basis": "contract", "reason": "x"}}}, "no purpose 'service'"),
        ({"purpose": {"service": {"legal_basis": "habit", "reason": "x"}}}, "service.legal_basis"),
        ({"purpose": {"service": {"legal_basis": "consent", "reason": ""}}}, "service.reason"),
        ({"purposes": {}}, "Did you mean 'purpose'?"),
    ],
)
def test_what_a_project_declares_of_consent_is_checked(table, says):
    with pytest.raises(ProjectError, match=says) as error:
        declare(ConsentFile, table, file=FILE)
    assert error.value.file == "consent.toml"
