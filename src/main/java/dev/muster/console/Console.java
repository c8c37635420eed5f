package dev.muster.console;

import static dev.muster.http.Method.GET;
import static dev.muster.http.Method.POST;
import static dev.muster.model.credential.Scope.BAR_WRITE;
import static dev.muster.model.credential.Scope.EVIDENCE_READ;
import static dev.muster.model.credential.Scope.GROUPS_WRITE;
import static dev.muster.model.credential.Scope.HOLDS_WRITE;
import static dev.muster.model.credential.Scope.JOBS_READ;
import static dev.muster.model.credential.Scope.JOBS_VERDICT;
import static dev.muster.model.credential.Scope.JOURNAL_READ;
import static dev.muster.model.credential.Scope.KEYS_WRITE;
import static dev.muster.model.credential.Scope.USERS_READ;

import dev.muster.api.RemoteClients;
import dev.muster.directory.Core;
import dev.muster.http.BasePath;
import dev.muster.http.Fault;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.credential.Scope;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.ConsoleSessions.Visitor;
import dev.muster.security.KeyMint;
import dev.muster.security.RemoteClient;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The console: what stands at which path, and who may see it.
public final class Console {
    static final String NAME = "console";
    static final String BASE = "/console";

    private static final String REALM = BASE + "/{partner}/{environment}";

    /// Nothing that a form takes is long.
    private static final int BODY_BYTES = 64 << 10;

    /// Anybody may send it.
    private static final int SIGN_IN_BYTES = 8 << 10;

    private final Core core;
    private final Authenticator authenticator;
    private final KeyMint mint;
    private final ConsoleSessions consoleSessions;
    private final InstantSource clock;
    private final SessionFilter sessionFilter;
    private final Pages pages;
    private final Labels words;
    private final Assets assets = new Assets();

    /// @param publicUrl under which people reach the server; null for where a request arrives
    public Console(
            Core core,
            Authenticator authenticator,
            KeyMint mint,
            ConsoleSessions consoleSessions,
            InstantSource clock,
            @Nullable URI publicUrl) {
        this.core = core;
        this.authenticator = authenticator;
        this.mint = mint;
        this.consoleSessions = consoleSessions;
        this.clock = clock;
        this.words = new Labels(core.credentials());
        this.pages = new Pages(assets.version(), BasePath.of(publicUrl).at(BASE));
        this.sessionFilter = new SessionFilter(consoleSessions, authenticator.log(), publicUrl, words, pages);
    }

    public HttpApi httpApi() {
        return new HttpApi(NAME, BASE, routes(), (fault, _) -> sessionFilter.error(error(fault)));
    }

    private List<Route> routes() {
        CommandSender sender = new CommandSender(core.directory(), authenticator);
        SignInPage signIn = new SignInPage(consoleSessions, sessionFilter, sender, pages, words);
        OverviewPage overview =
                new OverviewPage(core.overview(), core.jobs(), core.journal(), core.verifications(), pages, words);
        UsersPage users = new UsersPage(core.directory(), core.groups(), pages, words);
        UserPage user = new UserPage(core.directory(), core.groups(), core.jobs(), pages, words);
        UserForms forms = new UserForms(core.directory(), sender, user, words, clock);
        BulkPage bulk = new BulkPage(core.directory(), sender, pages, words, clock);
        JobsPage jobs = new JobsPage(core.jobs(), core.directory(), core.evidence(), sender, pages, words);
        GroupsPage groups = new GroupsPage(core.directory(), core.groups(), sender, pages, words);
        PoliciesPage policies = new PoliciesPage(core.directory(), core.groups(), sender, pages, words);
        JournalPage journal = new JournalPage(core.journal(), core.directory(), core.verifications(), pages, words);
        CredentialsPage credentials =
                new CredentialsPage(core.credentials(), authenticator, mint, sender, pages, words, clock);
        List<Route> routes = new ArrayList<>();
        // Columns: method, path, scope, page.
        // spotless:off
        routes.addAll(List.of(
                Route.get(BASE,                    this::home),
                Route.get(BASE + "/",              this::home),
                Route.get(BASE + "/assets/{name}", assets::get),
                Route.get(BASE + "/sign-in",       signIn::show),
                Route.post(BASE + "/sign-in",      signIn::signIn).withBodyLimit(SIGN_IN_BYTES),

                room(POST, "/sign-out",                     USERS_READ,    signIn::signOut),
                room(POST, "/sign-out-everywhere",          USERS_READ,    signIn::signOutEverywhere),

                room(GET,  "/overview",                     USERS_READ,    overview::show),
                room(GET,  "/ending",                       USERS_READ,    overview::ending),

                room(GET,  "/users",                        USERS_READ,    users::show),
                room(POST, "/holds/rehearsal",              HOLDS_WRITE,   bulk::rehearse),
                room(POST, "/holds",                        HOLDS_WRITE,   bulk::perform),
                room(GET,  "/users/{user}",                 USERS_READ,    user::show),

                room(GET,  "/jobs",                         JOBS_READ,     jobs::show),
                room(GET,  "/jobs/{job}",                   JOBS_READ,     jobs::one),
                room(GET,  "/jobs/{job}/evidence",          EVIDENCE_READ,
                        logged(jobs::evidence, authenticator.log()::evidenceRead)),
                room(POST, "/jobs/{job}/review",            JOBS_VERDICT,  jobs::review),
                room(POST, "/jobs/{job}/erase",             BAR_WRITE,     jobs::erase),

                room(GET,  "/groups",                       USERS_READ,    groups::show),
                room(POST, "/groups",                       GROUPS_WRITE,  groups::create),
                room(GET,  "/groups/{group}",               USERS_READ,    groups::one),
                room(POST, "/groups/{group}",               GROUPS_WRITE,  groups::update),
                room(POST, "/groups/{group}/delete",        GROUPS_WRITE,  groups::delete),
                room(POST, "/groups/{group}/add",           GROUPS_WRITE,  groups::add),
                room(POST, "/groups/{group}/remove",        GROUPS_WRITE,  groups::remove),

                room(GET,  "/policies",                     USERS_READ,    policies::show),
                room(POST, "/policies",                     GROUPS_WRITE,  policies::create),
                room(GET,  "/policies/{policy}",            USERS_READ,    policies::one),
                room(POST, "/policies/{policy}",            GROUPS_WRITE,  policies::update),
                room(POST, "/policies/{policy}/delete",     GROUPS_WRITE,  policies::delete),
                room(POST, "/policies/{policy}/assign-user",    GROUPS_WRITE, policies::assignUser),
                room(POST, "/policies/{policy}/unassign-user",  GROUPS_WRITE, policies::unassignUser),
                room(POST, "/policies/{policy}/assign-group",   GROUPS_WRITE, policies::assignGroup),
                room(POST, "/policies/{policy}/unassign-group", GROUPS_WRITE, policies::unassignGroup),

                room(GET,  "/journal",                      JOURNAL_READ,
                        logged(journal::show, authenticator.log()::journalRead)),
                room(POST, "/journal/verify",               JOURNAL_READ,  journal::verify),
                room(GET,  "/journal/export",               JOURNAL_READ,
                        logged(journal::export, authenticator.log()::journalExported)),

                room(GET,  "/keys",                         KEYS_WRITE,    credentials::keys),
                room(POST, "/keys",                         KEYS_WRITE,    credentials::createKey),
                room(POST, "/keys/{key}/revoke",            KEYS_WRITE,    credentials::revokeKey),
                room(GET,  "/operators",                    KEYS_WRITE,    credentials::operators),
                room(POST, "/operators",                    KEYS_WRITE,    credentials::createOperator),
                room(POST, "/operators/{username}/disable", KEYS_WRITE,    credentials::disable),
                room(POST, "/operators/{username}/enable",  KEYS_WRITE,    credentials::enable),
                room(POST, "/operators/{username}/role",    KEYS_WRITE,    credentials::changeRole),
                room(POST, "/operators/{username}/delete",  KEYS_WRITE,    credentials::delete),
                room(POST, "/operators/{username}/password", KEYS_WRITE,   credentials::changePassword)));
        // spotless:on
        for (UserForms.Kind kind : forms.kinds()) {
            routes.add(room(POST, "/users/{user}/" + kind.path(), kind.needs(), visit -> forms.send(visit, kind)));
        }
        return routes;
    }

    /// A room that leaves a line in the security log when it gave what was asked for.
    private static SessionFilter.Room logged(SessionFilter.Room room, BiConsumer<Caller, RemoteClient> event) {
        return visit -> {
            Reply reply = room.answer(visit);
            if (reply.status() == 200) {
                event.accept(visit.visitor().caller(), RemoteClients.of(visit.request()));
            }
            return reply;
        };
    }

    private Route room(Method method, String path, Scope needs, SessionFilter.Room room) {
        return new Route(method, REALM + path, request -> sessionFilter.enter(request, needs, room))
                .withBodyLimit(BODY_BYTES);
    }

    /// To the overview, or to the sign-in.
    private Reply home(Request request) {
        Visitor visitor = sessionFilter.visitor(request);
        return Pages.seeOther(
                visitor == null
                        ? request.at(BASE + "/sign-in")
                        : request.at(PageVisit.base(visitor.caller().realm()) + "/overview"));
    }

    private static ErrorMessage error(Fault fault) {
        return switch (fault) {
            case Fault.NoSuchPath _ -> ErrorMessage.NO_PAGE;
            case Fault.Overloaded _ -> new ErrorMessage(503, fault.text(), "Try again in a moment.");
            case Fault.Internal _ ->
                new ErrorMessage(500, fault.text(), "Try again. If it stays so, tell whoever runs the server.");
            case Fault.MethodNotAllowed _,
                    Fault.Malformed _,
                    Fault.UriTooLong _,
                    Fault.HeadersTooLarge _,
                    Fault.BodyTooLarge _,
                    Fault.UnsupportedCoding _,
                    Fault.BodyTimedOut _,
                    Fault.TooManyAttempts _ -> new ErrorMessage(fault.status(), fault.text(), "Go back and try again.");
        };
    }
}
