package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.ErrorText;
import dev.muster.api.RefusedException;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.ActorNames.Named;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.http.Reply;
import dev.muster.http.json.JsonWriter;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.user.Hold;
import dev.muster.model.user.HoldKind;
import dev.muster.model.user.Standing;
import dev.muster.model.user.UserRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Serves standings, and places and releases the holds that determine them.
record StandingRoutes(Directory directory, Writes writes, ActorNamesJson names) {
    private static final String PLACEABLE = Arrays.stream(HoldKind.values())
            .filter(HoldKind::placeable)
            .map(HoldKind::wireName)
            .collect(Collectors.joining(", "));

    private static final int MAX_REFS = 1_000;

    Reply placeHold(RestCall call) {
        HoldKind kind = kind(call);
        return change(call, in -> new Command.PlaceHold(kind, label(in), in.reason(), in.note(), in.instant("until")));
    }

    Reply releaseHold(RestCall call) {
        HoldKind kind = kind(call);
        return change(call, in -> new Command.ReleaseHold(kind, label(in), in.reason(), in.note()));
    }

    private Reply change(RestCall call, Function<RestFields, Command.OnUser> read) {
        return writes.onUser(
                call,
                call.input().withOptionalBody(),
                read,
                change -> reply(call, change.user().standing(change.at())));
    }

    Reply get(RestCall call) {
        RestFields in = call.input();
        UserRef ref = in.ref();
        Instant at = in.instantParameter("at");
        in.check();
        return reply(
                call,
                unlessRefused(
                        at == null
                                ? directory.standing(call.actor(), call.realm(), ref)
                                : directory.standing(call.actor(), call.realm(), ref, at)));
    }

    /// Serves the standings of many users, in the order of the request and all for the same instant.
    Reply getMany(RestCall call) {
        RestFields in = call.input().withBody();
        List<String> texts = in.requiredTexts("refs");
        List<UserRef> refs = refs(in, texts);
        in.check();
        AsOf<List<Result<Standing>>> seen = unlessRefused(directory.standings(call.actor(), call.realm(), refs));
        List<Standing> found = new ArrayList<>(refs.size());
        for (Result<Standing> result : seen.value()) {
            if (result instanceof Result.Ok<Standing>(var standing)) {
                found.add(standing);
            }
        }
        Named named = names.inStandings(call, found);
        return Reply.json(200, json -> {
                    json.object().field("at", RestJson.of(seen.at())).array("items");
                    for (int i = 0; i < texts.size(); i++) {
                        answer(json, texts.get(i), seen.value().get(i), named);
                    }
                    json.end().end();
                })
                .compressible();
    }

    private static List<UserRef> refs(RestFields in, List<String> texts) {
        List<UserRef> refs = new ArrayList<>(texts.size());
        if (texts.size() > MAX_REFS) {
            in.fault("refs", "too_many", "Must be at most 1,000.");
            return refs;
        }
        for (int i = 0; i < texts.size(); i++) {
            UserRef ref = UserRefs.parse(texts.get(i));
            if (ref == null) {
                in.fault("refs[" + i + "]", "not_a_ref", UserRefs.FORMS);
            } else {
                refs.add(ref);
            }
        }
        return refs;
    }

    private static void answer(JsonWriter json, String ref, Result<Standing> result, Named names) {
        json.object().field("ref", ref);
        switch (result) {
            case Result.Ok<Standing>(var standing) -> {
                json.field("result", "standing");
                StandingJson.fields(json, standing, names);
            }
            case Result.Refused<Standing>(var refusal) -> {
                ErrorText problem = RestErrors.of(refusal);
                json.field("result", "error")
                        .object("error")
                        .field("code", problem.code())
                        .field("status", problem.status())
                        .field("title", problem.title())
                        .field("detail", problem.detail())
                        .end();
            }
        }
        json.end();
    }

    private static HoldKind kind(RestCall call) {
        String word = call.request().path("kind");
        HoldKind kind = HoldKind.of(word);
        if (kind == null || !kind.placeable()) {
            throw new RefusedException(new Refusal.NotFound("placeable hold", word + "; there are " + PLACEABLE));
        }
        return kind;
    }

    private static String label(RestFields in) {
        String label = in.parameter("label");
        return label == null ? Hold.MAIN : in.checks().label(label);
    }

    private Reply reply(RestCall call, Standing standing) {
        Named named = names.inStanding(call, standing);
        return Reply.json(200, json -> StandingJson.write(json, standing, named))
                .with("ETag", WriteHeaders.tag(standing.version()));
    }
}
