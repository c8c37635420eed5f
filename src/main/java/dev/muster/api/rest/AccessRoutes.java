package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.WriteHeaders;
import dev.muster.directory.Access;
import dev.muster.directory.Groups;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.model.user.UserRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Lists the groups of a user or a policy, and the policies that give a user access.
record AccessRoutes(Groups groups) {
    Reply groupsOfPolicy(RestCall call) {
        RestFields in = call.input();
        UUID policy = in.id("id", "policy");
        PageRequest listing = PageRequest.byNumber(in);
        List<Group> all = unlessRefused(groups.groupsOf(call.actor(), call.realm(), policy));
        return listing.reply(listing.of(all), RestJson::group);
    }

    Reply groupsOfUser(RestCall call) {
        return ofUser(call, Access::groups, RestJson::group);
    }

    Reply policiesOfUser(RestCall call) {
        return ofUser(call, AccessRoutes::held, AccessRoutes::write);
    }

    private <T> Reply ofUser(RestCall call, Function<Access, List<T>> of, BiConsumer<JsonWriter, T> json) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        PageRequest listing = PageRequest.byNumber(in);
        Access access =
                unlessRefused(groups.access(call.actor(), call.realm(), ref)).value();
        return listing.reply(listing.of(of.apply(access)), json)
                .with("ETag", WriteHeaders.tag(access.user().version()));
    }

    /// A policy that gives a user access.
    ///
    /// @param direct whether the policy is assigned to the user directly
    /// @param throughGroups whether the policy is assigned to a group of which the user is a member
    private record GrantedPolicy(Policy policy, boolean direct, boolean throughGroups) {}

    /// Returns each policy once, in the order in which storage sorts names.
    private static List<GrantedPolicy> held(Access access) {
        Set<UUID> direct = ids(access.policies());
        Set<UUID> through = ids(access.throughGroups());
        List<GrantedPolicy> all = new ArrayList<>();
        access.policies().forEach(policy -> all.add(new GrantedPolicy(policy, true, through.contains(policy.id()))));
        for (Policy policy : access.throughGroups()) {
            if (!direct.contains(policy.id())) {
                all.add(new GrantedPolicy(policy, false, true));
            }
        }
        all.sort(Comparator.comparing(
                held -> Group.folded(held.policy().name()).getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        return all;
    }

    private static Set<UUID> ids(List<Policy> policies) {
        return policies.stream().map(Policy::id).collect(Collectors.toSet());
    }

    private static void write(JsonWriter json, GrantedPolicy held) {
        RestJson.policyFields(json.object(), held.policy())
                .field("direct", held.direct())
                .field("throughGroups", held.throughGroups())
                .end();
    }
}
