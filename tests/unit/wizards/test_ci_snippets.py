"""Files for the other side of a trust: what each platform needs is in them, and no value gets out of its quotes."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from jfconsole.wizards import ci_forms as ask
from jfconsole.wizards.ci_recipe import CiRecipe, Dialect, Snippet
from jfconsole.wizards.ci_snippets import UNWRITABLE, write_snippet
from tests.unit.wizards.ci_recipes import CI_RECIPES, least

URL, INTEGRATION, AUDIENCE, REPOSITORY = "https://acme.test", "the-integration", "the-audience", "libs-local"
OWN = {
    "platform_url": URL,
    "platform_host": "acme.test",
    "integration": INTEGRATION,
    "audience": AUDIENCE,
    "repository": REPOSITORY,
}
EVERY = [(recipe, snippet) for recipe in CI_RECIPES.values() for snippet in recipe.snippets]
each_snippet = pytest.mark.parametrize(
    ("recipe", "snippet"), EVERY, ids=[f"{recipe.id}-{snippet.file}" for recipe, snippet in EVERY]
)
HOSTILE = [
    'a"b',
    "a\\",
    "a'b",
    "a: b # c",
    "${{ github.token }}",
    "$(id)",
    "`id`",
    "$HOME",
    "<< pipeline.id >>",
    "${path.module}",
    "%{ for x in y }",
    "$[variables.x]",
    "- &a *a !!python/object",
    "a\nrun: evil",
    "a\u2028b\u0085c",
    "\x1b]0;x\x07",
    "😀 «audience»",
    "{a: b}",
    "yes",
    "0x10",
]


def values(recipe: CiRecipe) -> dict[str, str]:
    return {**ask.values_of(recipe, least(recipe)), **OWN}


def written(recipe: CiRecipe, snippet: Snippet, **more: str) -> str:
    return write_snippet(snippet, {**values(recipe), **more})


def document(recipe: CiRecipe, number: int = 0) -> Any:
    found = list(yaml.safe_load_all(written(recipe, recipe.snippets[number])))
    return found[0] if len(found) == 1 else found


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, member in value.items():
                yield from _texts(key)
                yield from _texts(member)
        case list():
            for member in value:
                yield from _texts(member)


@each_snippet
def test_each_is_of_its_language_and_names_the_trust(recipe: CiRecipe, snippet: Snippet) -> None:
    text = written(recipe, snippet)
    assert "«" not in text
    if snippet.dialect.is_yaml:
        assert all(isinstance(part, dict) for part in yaml.safe_load_all(text))
    elif snippet.dialect is Dialect.SHELL:
        assert subprocess.run(["sh", "-n"], input=text.encode(), check=False).returncode == 0
    else:
        assert text.count("{") == text.count("}")
    whole = "".join(written(recipe, one) for one in recipe.snippets)
    assert URL in whole
    assert INTEGRATION in whole
    assert recipe.audience_fixed or AUDIENCE in whole


@pytest.mark.parametrize("name", ["github", "github-enterprise", "github-residency", "ghes"])
def test_a_github_workflow_has_what_the_action_needs(name: str) -> None:
    workflow = document(CI_RECIPES[name])
    assert True in workflow, "YAML 1.1 reads the key `on` so"
    assert workflow["permissions"] == {"id-token": "write", "contents": "read"}
    steps = workflow["jobs"]["jfrog"]["steps"]
    (setup,) = [step for step in steps if step.get("uses", "").startswith("jfrog/setup-jfrog-cli@v4")]
    assert setup["env"] == {"JF_URL": URL}
    assert setup["with"] == {"oidc-provider-name": INTEGRATION, "oidc-audience": AUDIENCE}
    assert "jf rt ping" in [step.get("run") for step in steps]
    assert "environment" not in workflow["jobs"]["jfrog"]
    recipe = CI_RECIPES[name]
    text = written(recipe, recipe.snippets[0], environment="production")
    assert yaml.safe_load(text)["jobs"]["jfrog"]["environment"] == "production"


@pytest.mark.parametrize("name", ["gitlab", "gitlab-self-managed"])
def test_a_gitlab_job_asks_for_a_token(name: str) -> None:
    job = document(CI_RECIPES[name])["jfrog"]
    assert job["id_tokens"] == {"JFROG_CLI_OIDC_EXCHANGE_TOKEN_ID": {"aud": AUDIENCE}}
    assert job["variables"]["JF_URL"] == URL
    assert job["variables"]["JF_PROVIDER"] == INTEGRATION
    assert job["variables"]["JFROG_CLI_OIDC_PROVIDER_TYPE"] == "GenericOidc"
    _configures("\n".join(job["script"]))


def test_an_azure_pipeline_asks_for_the_token_of_its_connection() -> None:
    pipeline = document(CI_RECIPES["azure-devops"])
    assert pipeline["variables"]["JF_URL"] == URL
    assert pipeline["variables"]["JF_PROVIDER"] == INTEGRATION
    (step,) = [step for step in pipeline["steps"] if "bash" in step]
    assert step["env"]["SYSTEM_ACCESSTOKEN"] == "$(System.AccessToken)"
    assert step["env"]["JFROG_CLI_OIDC_PROVIDER_TYPE"] == "Azure"
    assert "oidcToken" in step["bash"]
    _configures(step["bash"])


def test_a_circleci_job_uses_its_token() -> None:
    pipeline = document(CI_RECIPES["circleci"])
    job = pipeline["jobs"]["jfrog"]
    assert pipeline["version"] == 2.1
    assert job["environment"]["JF_URL"] == URL
    assert pipeline["workflows"]["jfrog"]["jobs"] == ["jfrog"]
    assert "$CIRCLE_OIDC_TOKEN_V2" in job["steps"][0]["run"]
    _configures(job["steps"][0]["run"])


def test_a_buildkite_step_asks_its_agent() -> None:
    (step,) = document(CI_RECIPES["buildkite"])["steps"]
    assert step["env"]["JF_AUDIENCE"] == AUDIENCE
    assert 'buildkite-agent oidc request-token --audience "$$JF_AUDIENCE"' in step["command"]
    assert not re.search(r"(?<!\$)\$(?!\$)", step["command"]), "a single $ would be filled in when it is uploaded"
    _configures(step["command"].replace("$$", "$"))


def test_a_bitbucket_step_has_oidc_switched_on() -> None:
    step = document(CI_RECIPES["bitbucket"])["pipelines"]["default"][0]["step"]
    assert step["oidc"] is True
    assert "$BITBUCKET_STEP_OIDC_TOKEN" in step["script"][0]
    _configures(step["script"][0])


@pytest.mark.parametrize("name", ["eks", "aks", "gke", "openshift"])
def test_a_pod_gets_a_token_for_the_audience_alone(name: str) -> None:
    account, job = document(CI_RECIPES[name])
    assert account["kind"] == "ServiceAccount"
    assert (account["metadata"]["name"], account["metadata"]["namespace"]) == ("builder", "ci")
    pod = job["spec"]["template"]["spec"]
    assert pod["serviceAccountName"] == "builder"
    (source,) = pod["volumes"][0]["projected"]["sources"]
    assert source["serviceAccountToken"] == {"path": "token", "expirationSeconds": 600, "audience": AUDIENCE}
    (container,) = pod["containers"]
    variables = {one["name"]: one["value"] for one in container["env"]}
    assert variables["JFROG_CLI_OIDC_PROVIDER_TYPE"] == ("Azure" if name == "aks" else "GenericOidc")
    assert container["volumeMounts"][0]["name"] == pod["volumes"][0]["name"]
    _configures(container["command"][-1])


def test_cloud_build_asks_the_metadata_server() -> None:
    (step,) = document(CI_RECIPES["google"])["steps"]
    assert "Metadata-Flavor: Google" in step["script"]
    assert f"JF_AUDIENCE={AUDIENCE}" in step["script"]
    _configures(step["script"])


def test_terraform_asks_for_a_token_and_its_provider_exchanges_it() -> None:
    provider, variable = (written(CI_RECIPES["hcp-terraform"], one) for one in CI_RECIPES["hcp-terraform"].snippets)
    assert re.search(rf'url +=  *"{URL}"', provider)
    assert re.search(rf'oidc_provider_name += "{INTEGRATION}"', provider)
    assert '"TFC_WORKLOAD_IDENTITY_AUDIENCE"' in variable
    assert re.search(rf'value +=  *"{AUDIENCE}"', variable)


def test_a_script_asks_for_a_token_and_hands_it_over() -> None:
    for name, asks in (("entra", "az account get-access-token --resource"), ("generic-oidc", "OIDC")):
        recipe = CI_RECIPES[name]
        script = written(recipe, recipe.snippets[0])
        assert asks in script
        assert f"JF_URL={URL}" in script
        assert f"JF_PROVIDER={INTEGRATION}" in script
        _configures(script)


def test_the_keys_of_every_recipe_are_asserted_here() -> None:
    """A new recipe fails this until a test above names the keys that its platform needs."""
    of_github = {"github", "github-enterprise", "github-residency", "ghes"}
    of_pods = {"eks", "aks", "gke", "openshift"}
    alone = {"azure-devops", "circleci", "buildkite", "bitbucket", "google", "hcp-terraform", "entra", "generic-oidc"}
    assert set(CI_RECIPES) == of_github | of_pods | alone | {"gitlab", "gitlab-self-managed"}


def _configures(script: str) -> None:
    """A shell understands it; it hands the token over in the environment, not where other processes see it."""
    assert subprocess.run(["sh", "-n"], input=script.encode(), check=False).returncode == 0
    assert 'jf config add jfrog --interactive=false --url="$JF_URL" --oidc-provider-name="$JF_PROVIDER"' in script
    assert "jf rt ping" in script
    assert "--oidc-token-id" not in script


def _untamed(text: str, dialect: Dialect) -> str:
    """What a platform makes of a value, read with its rules turned round."""
    match dialect:
        case Dialect.GITHUB:
            return text.replace("${{ '${{' }}", "${{")
        case Dialect.GITLAB | Dialect.BUILDKITE | Dialect.CLOUD_BUILD:
            return text.replace("$$", "$")
        case Dialect.CIRCLECI:
            return text.replace("\\<<", "<<")
        case Dialect.KUBERNETES:
            return text.replace("$$(", "$(")
    return text


YAMLS = [dialect for dialect in Dialect if dialect.is_yaml]


@pytest.mark.parametrize("dialect", YAMLS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_one_value_of_yaml(dialect: Dialect, value: str) -> None:
    snippet = Snippet(title="x", file="x", dialect=dialect, text="a: «v»\nb: 1\n")
    read = yaml.safe_load(write_snippet(snippet, {"v": value}))
    assert read.keys() == {"a", "b"}
    assert _untamed(read["a"], dialect) == value or (dialect is Dialect.AZURE and read["a"] == UNWRITABLE)


@given(value=st.text(st.characters(codec="utf-8"), min_size=1), dialect=st.sampled_from(YAMLS))
def test_any_value_is_one_value_of_yaml(value: str, dialect: Dialect) -> None:
    snippet = Snippet(title="x", file="x", dialect=dialect, text="a: «v»\nb: 1\n")
    read = yaml.safe_load(write_snippet(snippet, {"v": value}))
    assert read["b"] == 1
    assert isinstance(read["a"], str)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_one_word_of_a_shell(value: str) -> None:
    snippet = Snippet(title="x", file="x", dialect=Dialect.SHELL, text="A=«v»\nB=1\n")
    text = write_snippet(snippet, {"v": value})
    assert shlex.split(text) == [f"A={value if value.isprintable() else UNWRITABLE}", "B=1"]
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_one_literal_of_hcl(value: str) -> None:
    snippet = Snippet(title="x", file="x", dialect=Dialect.HCL, text="a = «v»\n")
    text = write_snippet(snippet, {"v": value}).removeprefix("a = ").removesuffix("\n")
    assert "\n" not in text
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", text)
    assert json.loads(text).replace("$${", "${").replace("%%{", "%{") == value


@pytest.mark.parametrize("value", HOSTILE)
@each_snippet
def test_a_hostile_repository_stays_in_its_place(recipe: CiRecipe, snippet: Snippet, value: str) -> None:
    text = written(recipe, snippet, repository=value)
    assert text.count("\n") == written(recipe, snippet).count("\n")
    if snippet.dialect.is_yaml:
        assert _shape(list(yaml.safe_load_all(text))) == _shape(list(yaml.safe_load_all(written(recipe, snippet))))


def _shape(value: object) -> object:
    """A document without its values."""
    match value:
        case Mapping():
            return {str(key): _shape(member) for key, member in value.items()}
        case list():
            return [_shape(member) for member in value]
    return type(value)


def test_a_line_without_its_value_is_left_out() -> None:
    snippet = Snippet(title="x", file="x", dialect=Dialect.YAML, text="a: «v»\nb: «w»\n")
    assert write_snippet(snippet, {"w": "1"}) == 'b: "1"\n'
