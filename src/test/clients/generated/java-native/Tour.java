import java.io.File;
import java.nio.file.Files;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.JobsApi;
import org.openapitools.client.api.JournalApi;
import org.openapitools.client.api.KeysAndOperatorsApi;
import org.openapitools.client.api.StandingApi;
import org.openapitools.client.api.UsersApi;
import org.openapitools.client.model.AskStandings;
import org.openapitools.client.model.JobType;
import org.openapitools.client.model.JournalEntry;
import org.openapitools.client.model.Me;
import org.openapitools.client.model.NewHold;
import org.openapitools.client.model.NewJob;
import org.openapitools.client.model.NewUser;
import org.openapitools.client.model.PlaceableHoldKind;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.Standing;
import org.openapitools.client.model.User;
import org.openapitools.client.model.UserPatch;
import org.openapitools.client.model.Users;
import org.openapitools.client.model.Why;

/// A partner's first steps with the client that openapi-generator creates for `java.net.http`. The other
/// programs in this folder do and print the same.
public final class Tour {
    private static final String ANN = "email:ann@example.org";

    private final StringBuilder out = new StringBuilder();

    public static String run(String url, String key) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(url);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
        Tour tour = new Tour();
        tour.go(client);
        return tour.out.toString();
    }

    private void go(ApiClient client) throws Exception {
        UsersApi users = new UsersApi(client);
        StandingApi standings = new StandingApi(client);
        JournalApi journal = new JournalApi(client);

        Me me = new KeysAndOperatorsApi(client).getMe(null);
        line("me", me.getKind(), me.getRole(), me.getEnvironment(), me.getExpiresAt());

        NewUser ann = new NewUser().email("ann@example.org").name("Ann Lee").metadata(Map.of("plan", "gold"));
        User registered = users.registerUser(ann, "first", null, null);
        line("registered", registered.getNumber(), registered.getEmail(), registered.getUsername(),
                registered.getEmailConfirmedAt(), registered.getMetadata(), registered.getStanding().getDecision());
        User again = users.registerUser(ann, "first", null, null);
        line("again", again.getId().equals(registered.getId()));
        line("rehearsed", users.registerUser(new NewUser().email("eve@example.org"), null, true, null).getEmail());
        users.registerUser(new NewUser().externalId("c-2"), null, null, null);
        users.registerUser(new NewUser().username("carl"), null, null, null);

        OffsetDateTime until = OffsetDateTime.parse("2099-01-31T12:34:56.789Z");
        Standing held = standings.placeHold(ANN, PlaceableHoldKind.SUSPENDED, null, null, "\"1\"", null, null,
                new NewHold().reason("chargeback").until(until));
        line("held", held.getDecision(), held.getStatus(), held.getUntil().toInstant(), held.getNext(), held.getVersion());
        held.getHolds().forEach(hold ->
                line("hold", hold.getKind(), hold.getLabel(), hold.getReason(), hold.getNote(), hold.getPlacedBy().getKind()));
        Standing standing = standings.getStanding(ANN, null, null);
        line("standing", standing.getDecision(), standing.getHolds().size());
        Standing before = standings.getStanding(ANN, registered.getRegisteredAt(), null);
        line("before", before.getDecision(), before.getUntil(), before.getNext());
        standings.getStandings(new AskStandings().refs(List.of(ANN, "number:99")), null).getItems().forEach(item ->
                line("of", item.getRef(), item.getResult(), item.getDecision(),
                        item.getError() == null ? null : item.getError().getCode()));

        String after = null;
        do {
            Users page = users.listUsers(null, null, null, null, null, null, null, null, 2, after, null, null);
            line("page", page.getItems().stream().map(user -> user.getNumber().toString()).collect(Collectors.joining(",")),
                    page.getPage().getTotal());
            after = page.getPage().getNext();
        } while (after != null);

        try {
            users.registerUser(new NewUser().email("ANN@example.org"), null, null, null);
        } catch (ApiException refused) {
            problem(refused);
        }
        try {
            users.updateUser("number:1", new UserPatch().email("no address"), null, null, null, null);
        } catch (ApiException refused) {
            problem(refused);
        }
        User patched = users.updateUser(ANN, new UserPatch().name(null).username("ann"), null, null, null, null);
        line("patched", patched.getName(), patched.getUsername(), patched.getVersion());

        line("job", new JobsApi(client).submitJob(
                new NewJob().jobId("job 7/7").type(JobType.NUMBER_4).user("external:c-2"), null, null, null).getOutcome());
        line("given", new JobsApi(client).getJob("job 7/7", null).getGiven().getOutcome());

        for (JournalEntry entry : journal.getHistory(ANN, 10, null, null).getItems()) {
            line("entry", entry.getAction(), entry.getActor().getKind(), entry.getReason(), entry.getChanges().get("name"));
        }
        File export = journal.exportJournal(null);
        line("exported", Files.readString(export.toPath()).contains("\"action\":\"user.updated\""));
        Files.delete(export.toPath());

        User removed = users.removeUser(ANN, null, null, null, null, null, new Why().reason("left"));
        line("removed", removed.getStanding().getStatus());
    }

    private void problem(ApiException refused) throws Exception {
        Problem problem = ApiClient.createDefaultObjectMapper().readValue(refused.getResponseBody(), Problem.class);
        line("problem", refused.getCode(), problem.getStatus(), problem.getCode(), problem.getType(),
                problem.getErrors().get(0).getField(), problem.getErrors().get(0).getCode());
    }

    private void line(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.append(line).append('\n');
    }
}
