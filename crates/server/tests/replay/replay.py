"""Replays an existing tool against the management API. Nothing here knows how the server is made."""

import http.client
import json
import os
import sys
import urllib.parse

BASE = urllib.parse.urlsplit(os.environ["BASE"])
KEY = os.environ["KEY"]
USING = '"using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"]'
OBJECTS = ["OAuthClient", "ApiKey", "AppPassword", "Account", "Role", "Tenant"]

# SetErrors that such a tool knows; one of any other type ends it.
SET_ERRORS = {
    "forbidden", "overQuota", "tooLarge", "rateLimit", "notFound", "invalidPatch", "willDestroy", "invalidProperties",
    "singleton", "alreadyExists", "objectIsLinked", "invalidForeignKey", "primaryKeyViolation", "validationFailed",
}

steps = []
exchange = []


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


def send(method, path, body=None, key=KEY, headers=None):
    """One request, its redirects not followed."""
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=60)
    sent = dict(headers or {})
    if key:
        sent["authorization"] = f"Bearer {key}"
    if body is not None:
        sent["content-type"] = "application/json"
    connection.request(method, path, body=body.encode() if body is not None else None, headers=sent)
    response = connection.getresponse()
    answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    connection.close()
    exchange.append(f"> {method} {path}\n> {body or ''}\n< {answer.status}\n< {answer.body[:4000].decode(errors='replace')}")
    return answer


def expect(holds, what):
    if not holds:
        print("\n\n".join(exchange[-4:]), file=sys.stderr)
        print(f"not as expected: {what}", file=sys.stderr)
        sys.exit(1)


def done(step):
    steps.append(step)


class Tool:
    """What every command of the tool does first, and then its calls."""

    def __init__(self):
        named = send("GET", "/api/schema")
        expect(named.status == 302, "the schema is named by a redirect")
        digest = named.headers["location"].rsplit("/", 1)[-1]
        document = send("GET", f"/api/schema/{digest}")
        expect(document.status == 200, "the schema is there")
        expect("immutable" in document.headers.get("cache-control", ""), "the schema may be kept for ever")
        self.schema = document.json
        for name in ["objects", "schemas", "fields", "forms", "lists", "enums", "dashboards", "layouts"]:
            expect(name in self.schema, f"the schema has {name}")
        session = send("GET", "/jmap/session")
        expect(session.status == 200, "there is a session")
        for name in ["accounts", "primaryAccounts", "username", "apiUrl", "downloadUrl", "uploadUrl", "eventSourceUrl", "state"]:
            expect(name in session.json, f"the session has {name}")
        expect(session.json["capabilities"]["urn:stalwart:jmap"] == {}, "the session names the vocabulary")
        # Of the URL only the path is used.
        self.api = urllib.parse.urlsplit(session.json["apiUrl"]).path

    def post(self, calls, path=None):
        """`calls` is the JSON text of the calls as it goes over the wire."""
        answer = send("POST", path or self.api, '{' + USING + ',"methodCalls":[' + calls + ']}')
        expect(answer.status == 200, "the request is answered")
        return answer.json["methodResponses"]

    def one(self, calls, name):
        responses = self.post(calls)
        expect(len(responses) == 1, "one call has one response")
        expect(responses[0][0] == name, f"the response is {name}")
        return responses[0][1]


def create(tool, kind, members):
    said = tool.one(f'["x:{kind}/set",{{"create":{{"n0":{members}}}}},"c0"]', f"x:{kind}/set")
    expect("n0" in said.get("created", {}), f"{kind} is created")
    expect("notCreated" not in said, "what is empty is left out")
    return said["created"]["n0"]


def get(tool, kind, ids, properties=None):
    more = "" if properties is None else f',"properties":{json.dumps(properties)}'
    said = tool.one(f'["x:{kind}/get",{{"ids":{json.dumps(ids)}{more}}},"c0"]', f"x:{kind}/get")
    expect({"accountId", "state", "list", "notFound"} <= said.keys(), "a get has its four members")
    return said


def query(tool, kind, arguments, properties):
    """A query and a get in one request: exactly two responses are understood."""
    reference = f'{{"resultOf":"q","name":"x:{kind}/query","path":"/ids"}}'
    calls = f'["x:{kind}/query",{arguments},"q"],["x:{kind}/get",{{"#ids":{reference},"properties":{json.dumps(properties)}}},"g"]'
    responses = tool.post(calls)
    expect(len(responses) == 2, "a query and its get have exactly two responses")
    expect([response[0] for response in responses] == [f"x:{kind}/query", f"x:{kind}/get"], "they come in order")
    expect([response[2] for response in responses] == ["q", "g"], "they keep their call ids")
    return responses[0][1], responses[1][1]


def update(tool, kind, key, patch):
    said = tool.one(f'["x:{kind}/set",{{"update":{{{json.dumps(key)}:{patch}}}}},"c0"]', f"x:{kind}/set")
    expect(key in said.get("updated", {}), f"{kind} is updated: {said}")


def destroy(tool, kind, ids):
    said = tool.one(f'["x:{kind}/set",{{"destroy":{json.dumps(ids)}}},"c0"]', f"x:{kind}/set")
    expect(sorted(said.get("destroyed", [])) == sorted(ids), f"{kind} are deleted: {said}")


def discovery():
    tool = Tool()
    for kind in OBJECTS:
        expect(f"x:{kind}" in tool.schema["objects"], f"the schema has {kind}")
        about = tool.schema["objects"][f"x:{kind}"]
        expect({"type", "description", "permissionPrefix"} <= about.keys(), f"{kind} is described")
        listed = tool.schema["lists"][f"x:{kind}"]
        expect({"columns", "labelProperty", "filters"} <= listed.keys(), f"{kind} is listed")
    expect(tool.schema["objects"]["x:OidcProvider"]["type"] == "singleton", "OidcProvider is a singleton")
    account = send("GET", "/api/account").json
    expect({"permissions", "edition", "locale"} <= account.keys(), "the account is told")
    expect(account["edition"] == "oss", "the edition is told")
    done("discovery")


def settings():
    tool = Tool()
    update(tool, "OidcProvider", "singleton", '{"requireClientRegistration":true}')
    found = get(tool, "OidcProvider", ["singleton"])["list"]
    expect(found[0]["id"] == "singleton" and found[0]["requireClientRegistration"] is True, "the setting holds")
    update(tool, "OidcProvider", "singleton", '{"requireClientRegistration":false}')
    said = tool.one('["x:OidcProvider/set",{"update":{"other":{"requireClientRegistration":true}}},"c0"]', "x:OidcProvider/set")
    expect(said["notUpdated"]["other"]["type"] in SET_ERRORS, "another id is refused in known words")
    done("settings")


def clients():
    tool = Tool()
    members = (
        '{"clientId":"webadmin","description":"WebUI",'
        '"redirectUris":{"%s/admin/oauth/callback":true,"%s/account/oauth/callback":true}}'
    )
    origin = f"{BASE.scheme}://{BASE.netloc}"
    made = create(tool, "OAuthClient", members % (origin, origin))
    found = get(tool, "OAuthClient", [made["id"], "nothing"])
    expect(found["notFound"] == ["nothing"], "what is not there is said")
    client = found["list"][0]
    expect(client["clientId"] == "webadmin" and len(client["redirectUris"]) == 2, "the client is as it was made")
    expect(client["createdAt"].endswith("Z"), "a moment ends in Z")
    expect(client["expiresAt"] is None and "secret" not in client, "what is unset is null, an unset secret is left out")
    update(tool, "OAuthClient", made["id"], '{"description":"Console"}')
    pointer = "redirectUris/" + f"{origin}/account/oauth/callback".replace("~", "~0").replace("/", "~1")
    update(tool, "OAuthClient", made["id"], json.dumps({pointer: None}))
    client = get(tool, "OAuthClient", [made["id"]])["list"][0]
    expect(client["description"] == "Console", "the description changed")
    expect(client["redirectUris"] == {f"{origin}/admin/oauth/callback": True}, "one element was taken away")
    said = tool.one(f'["x:OAuthClient/set",{{"create":{{"n0":{members % (origin, origin)}}}}},"c0"]', "x:OAuthClient/set")
    expect(said["notCreated"]["n0"]["type"] == "primaryKeyViolation", "a client id is taken once")
    expect("created" not in said, "what is empty is left out")
    destroy(tool, "OAuthClient", [made["id"]])
    expect(get(tool, "OAuthClient", [made["id"]])["notFound"] == [made["id"]], "it is gone")
    done("clients")


def secrets():
    tool = Tool()
    given = create(tool, "OAuthClient", '{"clientId":"with-secret","redirectUris":{"https://a.example/cb":true},"secret":"a-secret-of-sixteen-and-more"}')
    read = get(tool, "OAuthClient", [given["id"]])["list"][0]
    expect(read["secret"] == "****", "a secret is masked")
    update(tool, "OAuthClient", given["id"], json.dumps({"secret": "****", "description": "unchanged"}))
    destroy(tool, "OAuthClient", [given["id"]])
    done("secrets")


def paging():
    tool = Tool()
    creations = ",".join(
        f'"n{n:02}":{{"clientId":"example-{n:02}","description":"Example {n}","redirectUris":{{"https://e{n}.example/cb":true}}}}' for n in range(25)
    )
    said = tool.one(f'["x:OAuthClient/set",{{"create":{{{creations}}}}},"c0"]', "x:OAuthClient/set")
    expect(len(said["created"]) == 25, "many are created at once")
    answer, found = query(tool, "OAuthClient", '{"filter":{"text":"example"},"limit":500,"calculateTotal":true}', ["id", "clientId"])
    expect(answer["total"] == 25 and len(found["list"]) == 25, "all are found")
    whole = answer["ids"]
    names = {client["id"]: client["clientId"] for client in found["list"]}
    expect([names[key] for key in whole] == sorted(names.values(), reverse=True), "the newest comes first")
    by_position, by_anchor = [], []
    while len(by_position) < 25:
        answer, _ = query(tool, "OAuthClient", f'{{"filter":{{"text":"example"}},"position":{len(by_position)},"limit":10}}', ["id"])
        expect(answer["position"] == len(by_position) and 0 < len(answer["ids"]) <= 10, "a page is where it was asked for")
        by_position += answer["ids"]
    expect(by_position == whole, "the pages by position make the whole")
    while len(by_anchor) < 25:
        anchor = f',"anchor":"{by_anchor[-1]}","anchorOffset":1' if by_anchor else ""
        answer, _ = query(tool, "OAuthClient", f'{{"filter":{{"text":"example"}},"limit":10{anchor}}}', ["id"])
        expect(answer["ids"], "a page has something")
        by_anchor += answer["ids"]
    expect(by_anchor == whole, "the pages by anchor make the whole")
    one, found = query(tool, "OAuthClient", '{"filter":{"clientId":"example-07"}}', ["clientId"])
    expect([client["clientId"] for client in found["list"]] == ["example-07"], "a client is found by its id")
    sort = '{"filter":{"text":"example"},"sort":[{"property":"clientId","isAscending":true}],"limit":3}'
    _, found = query(tool, "OAuthClient", sort, ["clientId"])
    expect([client["clientId"] for client in found["list"]] == ["example-00", "example-01", "example-02"], "the order is as asked")
    destroy(tool, "OAuthClient", whole)
    done("paging")


def keys():
    tool = Tool()
    members = (
        '{"description":"dcr","expiresAt":"2027-01-01T00:00:00Z","allowedIps":{"203.0.113.0/24":true},'
        '"permissions":{"@type":"Replace","permissions":{"authenticate":true,"oauth-client-registration":true}}}'
    )
    made = create(tool, "ApiKey", members)
    expect(made["secret"].startswith("wlk_"), "the key is shown once")
    read = get(tool, "ApiKey", [made["id"]])["list"][0]
    expect(read["secret"] == "****", "afterwards it is masked")
    expect(read["allowedIps"] == {"203.0.113.0/24": True} and read["expiresAt"] == "2027-01-01T00:00:00Z", "it is as it was made")
    expect(read["permissions"]["@type"] == "Replace", "its permissions are a union")
    aliases = '{"description":"alias","permissions":{"@type":"Replace","permissions":{"authenticate":true,"oAuthClientRegistration":true}}}'
    other = create(tool, "ApiKey", aliases)
    destroy(tool, "ApiKey", [made["id"], other["id"]])
    done("keys")


def snapshot():
    """Everything at once, as a tool that compares two servers reads it."""
    tool = Tool()
    calls = ",".join(f'["x:{kind}/get",{{"ids":null}},"s{at}"]' for at, kind in enumerate(["OidcProvider", *OBJECTS]))
    responses = tool.post(calls)
    expect(len(responses) == 1 + len(OBJECTS), "every call is answered")
    expect(all(name.endswith("/get") for name, _, _ in responses), "none is refused")
    calls = ",".join(f'["x:{kind}/query",{{"limit":500,"calculateTotal":true}},"s{at}"]' for at, kind in enumerate(OBJECTS))
    totals = [said["total"] for _, said, _ in tool.post(calls)]
    expect(all(isinstance(total, int) for total in totals), "every total is told")
    batch = (
        '["x:Role/set",{"create":{"r":{"description":"Snapshot","enabledPermissions":{"authenticate":true}}}},"b0"],'
        '["x:Account/set",{"create":{"a":{"@type":"User","name":"snapshot-user","roles":{"@type":"Custom","roleIds":{"#r":true}}}}},"b1"]'
    )
    role, account = tool.post(batch)
    expect("r" in role[1].get("created", {}), f"a role is created: {role}")
    expect("a" in account[1].get("created", {}), f"an account with that role is created: {account}")
    destroy(tool, "Account", [account[1]["created"]["a"]["id"]])
    destroy(tool, "Role", [role[1]["created"]["r"]["id"]])
    done("snapshot")


def refusals():
    tool = Tool()
    for path in ["/jmap", "/jmap/", "/api"]:
        answer = send("POST", path, '{' + USING + ',"methodCalls":[["Core/echo",{"a":1},"c0"]]}')
        expect(answer.status == 200 and answer.json["methodResponses"] == [["Core/echo", {"a": 1}, "c0"]], f"{path} answers in place")
    expect(send("POST", tool.api, '{"using":[],"methodCalls":[]}', key=None).status == 401, "nobody is refused")
    said = tool.post('["x:Nothing/get",{},"c0"]')[0]
    expect(said[0] == "error" and said[1]["type"] == "unknownMethod", "an unknown method has its error")
    for members in ['{"redirectUris":{}}', '{"clientId":"x","nonsense":1}', '{"clientId":7}']:
        said = tool.one(f'["x:OAuthClient/set",{{"create":{{"n0":{members}}}}},"c0"]', "x:OAuthClient/set")
        expect(said["notCreated"]["n0"]["type"] in SET_ERRORS, f"{members} is refused in known words")
    said = tool.one('["x:OAuthClient/set",{"destroy":["nothing"]},"c0"]', "x:OAuthClient/set")
    expect(said["notDestroyed"]["nothing"]["type"] == "notFound", "what is not there cannot be deleted")
    done("refusals")


for part in [discovery, settings, clients, secrets, paging, keys, snapshot, refusals]:
    part()
print(json.dumps({"steps": steps}))
