package dev.muster.api.rest;

import static dev.muster.api.rest.RestServer.JSON;

import dev.muster.Transcript;
import dev.muster.testing.OnBothDatabases;
import org.junit.jupiter.api.Test;

/// Records every call about groups and policies and its response, byte for byte, in one golden file per test.
@OnBothDatabases
final class GroupsAndPoliciesTest extends RestTest {
    @Test
    void groups() {
        t.remark("With everything that can be given, and with the least.");
        String night = t.tell(
                        "POST /v1/groups",
                        "{\"name\":\" Night shift \",\"description\":\"Who works\\nat night\"}",
                        admin,
                        JSON)
                .field("id");
        t.tell("POST /v1/groups", "{\"name\":\"Access\",\"description\":null}", admin, JSON);
        t.remark("The name is taken, whatever its letter case.");
        t.tell("POST /v1/groups", "{\"name\":\"NIGHT SHIFT\"}", admin, JSON);
        t.remark("All faults at once.");
        t.tell("POST /v1/groups?x=1", "{\"name\":\" \",\"description\":7,\"members\":[]}", admin, JSON);
        t.tell("POST /v1/groups", "{\"name\":null}", admin, JSON);
        t.tell("POST /v1/groups", "{}", admin, JSON);
        t.remark("An existing one, an unknown one, and an invalid id.");
        t.ask("GET /v1/groups/" + night, admin);
        t.ask("GET /v1/groups/" + NEVER, admin);
        t.ask("GET /v1/groups/night", admin);
        t.remark("In order of their names, a page at a time.");
        Transcript.Answer first = t.ask("GET /v1/groups?limit=1", admin);
        t.ask("GET /v1/groups?limit=1&after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/groups?offset=1", admin);
        t.ask("GET /v1/groups?after=!&limit=0&offset=x&q=night", admin);
        t.ask("GET /v1/groups?after=AA", admin);
        t.remark("Absent fields stay, null clears a field; the name cannot be cleared.");
        t.tell("PATCH /v1/groups/" + night, "{\"name\":\"night SHIFT\"}", admin, PATCH);
        t.tell("PATCH /v1/groups/" + night, "{\"description\":null}", admin, JSON);
        t.tell("PATCH /v1/groups/" + night, "{}", admin, PATCH);
        t.tell("PATCH /v1/groups/" + night, "{\"name\":\"access\"}", admin, PATCH);
        t.tell("PATCH /v1/groups/" + night, "{\"name\":null,\"id\":1}", admin, PATCH);
        t.tell("PATCH /v1/groups/" + NEVER, "{\"name\":\"x\"}", admin, PATCH);
        t.remark("Deleted, again, and the name is free.");
        t.ask("DELETE /v1/groups/" + night, admin);
        t.ask("DELETE /v1/groups/" + night, admin);
        t.tell("POST /v1/groups", "{\"name\":\"Night shift\"}", admin, JSON);
        t.remark("Repeated with their idempotency keys: the first responses, whatever has changed since.");
        String day = "{\"name\":\"Day shift\"}";
        String id = t.tell("POST /v1/groups", day, admin, JSON, "Idempotency-Key: k-1")
                .field("id");
        t.tell("PATCH /v1/groups/" + id, "{\"name\":\"Days\"}", admin, PATCH, "Idempotency-Key: k-2");
        t.ask("DELETE /v1/groups/" + id, admin, "Idempotency-Key: k-3");
        t.tell("POST /v1/groups", day, admin, JSON, "Idempotency-Key: k-1");
        t.tell("PATCH /v1/groups/" + id, "{\"name\":\"Days\"}", admin, PATCH, "Idempotency-Key: k-2");
        t.ask("DELETE /v1/groups/" + id, admin, "Idempotency-Key: k-3");
        t.tell("POST /v1/groups", "{\"name\":\"Days\"}", admin, JSON, "Idempotency-Key: k-1");
        t.check(GOLDEN.resolve("groups.txt"));
    }

    @Test
    void members() {
        String night = made("/v1/groups", "{\"name\":\"Night shift\"}");
        made("/v1/users", "{\"externalId\":\"ann\"}");
        made("/v1/users", "{\"externalId\":\"bob\"}");
        made("/v1/users", "{\"externalId\":\"gast\",\"tag\":\"GUEST\"}");
        made("/v1/users", "{\"externalId\":\"gone\"}");
        made("/v1/users", "{\"email\":\"eve@example.org\"}");
        done("DELETE /v1/users/external:gone", null);
        done("POST /v1/users/number:5/bar", "{\"reason\":\"theft\"}", JSON);
        String members = "/v1/groups/" + night + "/members";
        t.remark("Added, again, and another user.");
        t.ask("PUT " + members + "/external:ann", admin);
        t.ask("PUT " + members + "/external:ann", admin);
        t.ask("PUT " + members + "/number:2", admin);
        t.remark("Refused for guests, removed, barred and unknown users.");
        t.ask("PUT " + members + "/external:gast", admin);
        t.ask("PUT " + members + "/external:gone", admin);
        t.ask("PUT " + members + "/email:eve@example.org", admin);
        t.ask("PUT " + members + "/external:nobody", admin);
        t.ask("PUT " + members + "/nobody", admin);
        t.ask("PUT /v1/groups/" + NEVER + "/members/external:ann", admin);
        t.remark("The members of the group, and the groups of a user.");
        Transcript.Answer first = t.ask("GET " + members + "?limit=1", admin);
        t.ask("GET " + members + "?after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/groups/" + NEVER + "/members", admin);
        t.ask("GET " + members + "?status=active&limit=x", admin);
        t.ask("GET /v1/users/external:ann/groups", admin);
        t.ask("GET /v1/users/external:nobody/groups", admin);
        t.remark("As a filter of users.");
        t.ask("GET /v1/users?limit=1&group=" + night, admin);
        t.ask("HEAD /v1/users?q=bob&group=" + night, admin);
        t.ask("GET /v1/users?group=" + NEVER, admin);
        t.ask("GET /v1/users?group=night", admin);
        t.remark("Guards.");
        t.ask("PUT " + members + "/external:bob", admin, "If-Match: \"1\"");
        t.ask("DELETE " + members + "/external:bob", admin, "Muster-Dry-Run: true");
        t.remark("Removed, again, and the remaining members.");
        t.ask("DELETE " + members + "/external:bob", admin, "Idempotency-Key: k-1");
        t.ask("DELETE " + members + "/external:bob", admin, "Idempotency-Key: k-1");
        t.ask("DELETE " + members + "/external:bob", admin);
        t.ask("DELETE " + members + "/external:nobody", admin);
        t.ask("GET /v1/users/external:bob/groups", admin);
        t.remark("A key that may only read.");
        String viewer = key("viewer", "\"role\":\"viewer\"");
        t.ask("GET /v1/groups", viewer);
        t.ask("PUT " + members + "/external:bob", viewer);
        t.check(GOLDEN.resolve("members.txt"));
    }

    @Test
    void policies() {
        t.remark("With everything that can be given, and with the least.");
        String doors = t.tell(
                        "POST /v1/policies",
                        "{\"name\":\"Doors\",\"description\":\"of the plant\",\"resources\":[\"door:1\",\" door:2 \"]}",
                        admin,
                        JSON)
                .field("id");
        t.tell("POST /v1/policies", "{\"name\":\"Archive\",\"resources\":[]}", admin, JSON);
        t.remark("The name is another's.");
        t.tell("POST /v1/policies", "{\"name\":\"doors\",\"resources\":[]}", admin, JSON);
        t.remark("All faults at once.");
        t.tell(
                "POST /v1/policies",
                "{\"name\":7,\"description\":[],\"resources\":[\"a\",\"a\",\" \"],\"users\":[]}",
                admin,
                JSON);
        t.tell("POST /v1/policies", "{\"name\":\"x\",\"resources\":[7,\"a\"]}", admin, JSON);
        t.tell("POST /v1/policies", "{}", admin, JSON);
        t.remark("An existing one, an unknown one, and an invalid id.");
        t.ask("GET /v1/policies/" + doors, admin);
        t.ask("GET /v1/policies/" + NEVER, admin);
        t.ask("GET /v1/policies/doors", admin);
        t.remark("In order of their names, a page at a time.");
        Transcript.Answer first = t.ask("GET /v1/policies?limit=1", admin);
        t.ask("GET /v1/policies?limit=1&after=" + first.field("page", "next"), admin);
        t.remark("The list of resources is replaced whole.");
        t.tell("PATCH /v1/policies/" + doors, "{\"resources\":[\"door:3\"]}", admin, PATCH);
        t.tell("PATCH /v1/policies/" + doors, "{\"name\":\"All doors\",\"description\":null}", admin, PATCH);
        t.tell("PATCH /v1/policies/" + doors, "{\"resources\":null}", admin, PATCH);
        t.tell("PATCH /v1/policies/" + doors, "{\"name\":\"ARCHIVE\"}", admin, PATCH);
        t.tell("PATCH /v1/policies/" + NEVER, "{}", admin, PATCH);
        t.remark("Deleted, and again.");
        t.ask("DELETE /v1/policies/" + doors, admin);
        t.ask("DELETE /v1/policies/" + doors, admin);
        t.check(GOLDEN.resolve("policies.txt"));
    }

    @Test
    void assignments() {
        String doors = made("/v1/policies", "{\"name\":\"Doors\",\"resources\":[\"door:1\"]}");
        String archive = made("/v1/policies", "{\"name\":\"Archive\",\"resources\":[]}");
        String night = made("/v1/groups", "{\"name\":\"Night shift\"}");
        made("/v1/users", "{\"externalId\":\"ann\"}");
        made("/v1/users", "{\"externalId\":\"gast\",\"tag\":\"GUEST\"}");
        done("PUT /v1/groups/" + night + "/members/external:ann", null);
        t.remark("To a user, and again; refused for guests and unknown users.");
        t.ask("PUT /v1/policies/" + doors + "/users/external:ann", admin);
        t.ask("PUT /v1/policies/" + doors + "/users/external:ann", admin);
        t.ask("PUT /v1/policies/" + doors + "/users/external:gast", admin);
        t.ask("PUT /v1/policies/" + doors + "/users/external:nobody", admin);
        t.ask("PUT /v1/policies/" + NEVER + "/users/external:ann", admin);
        t.remark("To a group, and again; refused for an unknown group.");
        t.ask("PUT /v1/policies/" + doors + "/groups/" + night, admin);
        t.ask("PUT /v1/policies/" + doors + "/groups/" + night, admin);
        t.ask("PUT /v1/policies/" + archive + "/groups/" + night, admin);
        t.ask("PUT /v1/policies/" + doors + "/groups/" + NEVER, admin);
        t.ask("PUT /v1/policies/" + doors + "/groups/night", admin);
        t.remark("To whom.");
        t.ask("GET /v1/policies/" + doors + "/users", admin);
        t.ask("GET /v1/policies/" + doors + "/groups", admin);
        t.ask("GET /v1/policies/" + archive + "/users", admin);
        t.ask("GET /v1/policies/" + NEVER + "/users", admin);
        t.ask("GET /v1/policies/" + NEVER + "/groups", admin);
        t.remark("The policies of a user, directly or through groups.");
        Transcript.Answer first = t.ask("GET /v1/users/external:ann/policies?limit=1", admin);
        t.ask("GET /v1/users/external:ann/policies?after=" + first.field("page", "next"), admin);
        t.ask("GET /v1/users/external:nobody/policies", admin);
        t.remark("A group that a policy uses is not deleted.");
        t.ask("DELETE /v1/groups/" + night, admin);
        t.remark("Unassigned, and again.");
        t.ask("DELETE /v1/policies/" + doors + "/users/external:ann", admin);
        t.ask("DELETE /v1/policies/" + doors + "/users/external:ann", admin);
        t.ask("DELETE /v1/policies/" + doors + "/groups/" + night, admin);
        t.ask("DELETE /v1/policies/" + doors + "/groups/" + night, admin);
        t.ask("GET /v1/users/external:ann/policies", admin);
        t.check(GOLDEN.resolve("assignments.txt"));
    }

    @Test
    void removedUsers() {
        String own = made("/v1/policies", "{\"name\":\"Own\",\"resources\":[]}");
        String common = made("/v1/policies", "{\"name\":\"Common\",\"resources\":[]}");
        String ofGroup = made("/v1/policies", "{\"name\":\"Of the group\",\"resources\":[]}");
        String night = made("/v1/groups", "{\"name\":\"Night shift\"}");
        made("/v1/users", "{\"externalId\":\"ann\"}");
        made("/v1/users", "{\"externalId\":\"bob\"}");
        done("PUT /v1/groups/" + night + "/members/external:ann", null);
        for (String policy : new String[] {own, common, ofGroup}) {
            done("PUT /v1/policies/" + policy + "/users/external:ann", null);
        }
        done("PUT /v1/policies/" + common + "/users/external:bob", null);
        done("PUT /v1/policies/" + ofGroup + "/groups/" + night, null);
        t.remark("While a user is removed, memberships and assignments do not count.");
        done("DELETE /v1/users/external:ann", null);
        t.ask("GET /v1/users/external:ann/groups", admin);
        t.ask("GET /v1/users/external:ann/policies", admin);
        t.ask("GET /v1/groups/" + night + "/members", admin);
        t.ask("GET /v1/policies/" + own + "/users", admin);
        t.ask("GET /v1/users?group=" + night, admin);
        t.remark("Restored, it does.");
        done("POST /v1/users/external:ann/restore", null);
        t.ask("GET /v1/users/external:ann/groups", admin);
        t.ask("HEAD /v1/groups/" + night + "/members", admin);
        t.remark("Expelling ends them, and deletes the policy that only this user had.");
        done("DELETE /v1/users/external:ann?expel=true", null);
        done("POST /v1/users/external:ann/restore", null);
        t.ask("GET /v1/users/external:ann/groups", admin);
        t.ask("GET /v1/users/external:ann/policies", admin);
        t.ask("GET /v1/policies", admin);
        t.check(GOLDEN.resolve("groups-and-removal.txt"));
    }
}
