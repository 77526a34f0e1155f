"""Reading users: enough to know whether a token's subject exists and is well."""

import pytest

from tests.support.sandbox import RunningSandbox

USERS = "/access/api/v2/users"


def names(sandbox: RunningSandbox, **query: str) -> list[str]:
    with sandbox.http() as client:
        return [user["username"] for user in client.get(USERS, params=query).json()["users"]]


def test_a_fresh_platform_has_two(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        page = client.get(USERS).json()
    assert page == {
        "users": [
            {"username": name, "uri": f"{sandbox.url}{USERS}/{name}", "realm": "internal", "status": "enabled"}
            for name in ("admin", "anonymous")
        ],
        "cursor": "anonymous",
    }


def test_one_user_in_full(sandbox: RunningSandbox) -> None:
    with sandbox.http() as client:
        admin, anonymous = (client.get(f"{USERS}/{name}").json() for name in ("admin", "anonymous"))
        missing = client.get(f"{USERS}/nobody")
    assert {"admin": True, "effective_admin": True, "status": "enabled", "groups": []}.items() <= admin.items()
    assert "password" not in admin
    assert {"admin": False, "profile_updatable": False, "internal_password_disabled": True}.items() <= anonymous.items()
    assert {"email", "last_logged_in"}.isdisjoint(anonymous)
    assert missing.status_code == 404
    assert missing.json() == {"errors": [{"code": "NOT_FOUND", "message": "User 'nobody' was not found"}]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "locked"}, ["liam.oconnor"]),
        ({"status": "disabled"}, ["diego.alvarez", "wanda.novak"]),
        ({"status": "invited"}, ["new.hire"]),
        ({"username": "ALVAREZ"}, ["diego.alvarez"]),
        ({"username": "ødeg"}, ["søren.ødegård"]),
        ({"onlyAdmins": "true"}, ["admin", "george.miller", "lucia.fernandez", "marta.keller"]),
        ({"username": "ci-", "limit": "2"}, ["ci-data", "ci-mobile"]),
        ({"username": "ci-", "descendingOrder": "True"}, ["ci-shop", "ci-mobile", "ci-data"]),
        ({"username": "ci-", "cursor": "ci-data"}, ["ci-mobile", "ci-shop"]),
        ({"username": "ci-", "cursor": "ci-mobile", "descendingOrder": "true"}, ["ci-data"]),
        ({"cursor": "zzz"}, []),
    ],
)
def test_filters(demo_sandbox: RunningSandbox, query: dict[str, str], expected: list[str]) -> None:
    assert names(demo_sandbox, **query) == expected


@pytest.mark.parametrize("limit", [1, 7, 40, 1000])
def test_the_cursor_leads_through_everyone_once(demo_sandbox: RunningSandbox, limit: int) -> None:
    seen: list[str] = []
    with demo_sandbox.http() as client:
        query = {"limit": str(limit)}
        while page := client.get(USERS, params=query).json()["users"]:
            assert len(page) <= limit
            seen += [user["username"] for user in page]
            query["cursor"] = seen[-1]
        assert "cursor" not in client.get(USERS, params=query).json()
    everyone = [user["username"] for user in demo_sandbox.state()["users"]]
    assert sorted(seen) == sorted(everyone)
    assert seen == sorted(seen, key=str.lower)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "-1"}, {"limit": "many"}, {"status": "asleep"}])
def test_senseless_parameters_are_refused(sandbox: RunningSandbox, query: dict[str, str]) -> None:
    with sandbox.http() as client:
        assert client.get(USERS, params=query).status_code == 400
