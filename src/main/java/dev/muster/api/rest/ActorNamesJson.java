package dev.muster.api.rest;

import dev.muster.directory.ActorNames;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.Approvals;
import dev.muster.directory.Credentials;
import dev.muster.directory.Webhooks;
import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.ApiKey;
import dev.muster.model.credential.Creator;
import dev.muster.model.credential.Operator;
import dev.muster.model.job.Job;
import dev.muster.model.user.Hold;
import dev.muster.model.user.Standing;
import dev.muster.model.user.User;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks up the names of keys and operators that a reply mentions.
record ActorNamesJson(ActorNames names) {
    Named inUser(RestCall call, User user) {
        // Most users have no holds, so this avoids allocating a list.
        return user.holds().all().isEmpty() ? Named.NO_CREDENTIALS : inUsers(call, List.of(user));
    }

    Named inUsers(RestCall call, Collection<User> users) {
        List<ActorRef> actors = new ArrayList<>();
        for (User user : users) {
            for (Hold hold : user.holds().all()) {
                add(actors, hold);
            }
        }
        return of(call, actors);
    }

    Named inStanding(RestCall call, Standing standing) {
        return standing.holds().isEmpty() ? Named.NO_CREDENTIALS : inStandings(call, List.of(standing));
    }

    Named inStandings(RestCall call, Collection<Standing> standings) {
        List<ActorRef> actors = new ArrayList<>();
        standings.forEach(standing -> standing.holds().forEach(completed -> add(actors, completed.hold())));
        return of(call, actors);
    }

    Named inJobs(RestCall call, Collection<Job> jobs) {
        List<ActorRef> actors = new ArrayList<>();
        for (Job job : jobs) {
            if (job.stage() instanceof Job.Completed completed
                    && completed.review() instanceof Job.ClosedReview review) {
                actors.add(review.by());
            }
        }
        return of(call, actors);
    }

    Named inKeys(RestCall call, Collection<ApiKey> keys) {
        return creators(call, keys.stream().map(ApiKey::madeBy));
    }

    Named inOperators(RestCall call, Collection<Operator> operators) {
        return creators(call, operators.stream().map(Operator::madeBy));
    }

    Named inApprovals(RestCall call, Collection<Approvals.Seen> all) {
        List<ActorRef> actors = new ArrayList<>();
        for (Approvals.Seen seen : all) {
            actors.add(seen.approval().requestedBy().by());
            if (seen.approval().decidedBy() != null) {
                actors.add(seen.approval().decidedBy());
            }
        }
        return of(call, actors);
    }

    Named inWebhooks(RestCall call, Collection<Webhooks.Status> all) {
        return creators(call, all.stream().map(status -> status.webhook().madeBy()));
    }

    Named inDescendants(RestCall call, Credentials.Descendants made) {
        return creators(
                call,
                Stream.concat(
                        made.keys().stream().map(ApiKey::madeBy),
                        made.operators().stream().map(Operator::madeBy)));
    }

    private Named creators(RestCall call, Stream<@Nullable Creator> creators) {
        return of(call, creators.filter(Objects::nonNull).map(Creator::by).toList());
    }

    private static void add(List<ActorRef> actors, Hold hold) {
        actors.add(hold.placedBy());
        if (hold.changed() != null) {
            actors.add(hold.changed().by());
        }
    }

    /// Root may not read realms, so its replies have no names.
    private Named of(RestCall call, Collection<ActorRef> actors) {
        return actors.isEmpty() || call.actor().isRoot()
                ? Named.NO_CREDENTIALS
                : names.of(call.actor(), call.realm(), actors);
    }
}
