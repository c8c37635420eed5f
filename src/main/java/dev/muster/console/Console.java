package dev.muster.console;

import static dev.muster.console.html.NavSection.APPROVALS;
import static dev.muster.console.html.NavSection.GROUPS;
import static dev.muster.console.html.NavSection.JOBS;
import static dev.muster.console.html.NavSection.JOURNAL;
import static dev.muster.console.html.NavSection.KEYS;
import static dev.muster.console.html.NavSection.OPERATORS;
import static dev.muster.console.html.NavSection.OVERVIEW;
import static dev.muster.console.html.NavSection.POLICIES;
import static dev.muster.console.html.NavSection.USERS;
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

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.StaticFiles;
import dev.muster.api.StaticFiles.StaticFile;
import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.NavSection;
import dev.muster.directory.Core;
import dev.muster.http.BasePath;
import dev.muster.http.Fault;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Command;
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
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The routes of the console, and who may see them.
public final class Console {
    static final String NAME = "console";
    public static final String BASE = "/console";
    private static final String HTMX = "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js";

    private static final String REALM = BASE + "/{partner}/{environment}";

    /// The limit for all other forms.
    private static final int BODY_BYTES = 64 << 10;

    /// The limit for a form that needs no credential.
    private static final int SIGN_IN_BYTES = 8 << 10;

    private final Core core;
    private final Authenticator authenticator;
    private final KeyMint mint;
    private final ConsoleSessions consoleSessions;
    private final InstantSource clock;
    private final SessionFilter sessionFilter;
    private final Pages pages;
    private final Labels labels;
    private final StaticFiles assets = new StaticFiles(Map.of(
            "console.css", new StaticFile("text/css; charset=utf-8", "/dev/muster/console/console.css"),
            "console.js", new StaticFile("text/javascript; charset=utf-8", "/dev/muster/console/console.js"),
            "icon.svg", new StaticFile("image/svg+xml", "/dev/muster/console/icon.svg"),
            "htmx.js", new StaticFile("text/javascript; charset=utf-8", HTMX)));

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
        this.labels = new Labels(core.credentials());
        this.pages = new Pages(assets.version(), BasePath.of(publicUrl).at(BASE));
        this.sessionFilter = new SessionFilter(consoleSessions, authenticator.log(), publicUrl, labels, pages);
    }

    public HttpApi httpApi() {
        return new HttpApi(NAME, BASE, routes(), (fault, _) -> sessionFilter.error(error(fault)));
    }

    private List<Route> routes() {
        CommandSender sender = new CommandSender(core.directory(), authenticator);
        TypedUser typedUser = new TypedUser(core.directory());
        SignInPage signIn = new SignInPage(consoleSessions, sessionFilter, sender, pages, labels);
        OverviewPage overview =
                new OverviewPage(core.overview(), core.jobs(), core.journal(), core.verifications(), pages);
        UsersPage users = new UsersPage(core.directory(), core.groups(), pages, labels);
        UserPage user = new UserPage(core.directory(), core.groups(), core.jobs(), pages, labels);
        UserForms forms = new UserForms(core.directory(), sender, clock);
        BulkPage bulk = new BulkPage(core.directory(), sender, pages, labels, clock);
        JobsPage jobs = new JobsPage(core.jobs(), core.directory(), core.evidence(), sender, pages, labels);
        GroupsPage groups = new GroupsPage(core.directory(), core.groups(), sender, pages);
        JournalPage journal =
                new JournalPage(core.journal(), core.directory(), core.verifications(), pages, labels, typedUser);
        ApprovalsPage approvals = new ApprovalsPage(core.approvals(), sender, pages, labels);
        CredentialsPage credentials =
                new CredentialsPage(core.credentials(), authenticator, mint, sender, pages, labels, clock);
        List<Route> routes = new ArrayList<>();
        // Columns: path, scope, part of the console, page; of a form also the page that shows it again when it is
        // refused.
        // spotless:off
        routes.addAll(List.of(
                Route.get(BASE,                    this::home),
                Route.get(BASE + "/",              this::home),
                Route.get(BASE + "/assets/{name}", assets::get),
                Route.get(BASE + "/sign-in",       signIn::show),
                Route.post(BASE + "/sign-in",      signIn::signIn).withBodyLimit(SIGN_IN_BYTES),

                form("/sign-out",                     USERS_READ,    OVERVIEW,  signIn::signOut),
                form("/sign-out-everywhere",          USERS_READ,    OVERVIEW,  signIn::signOutEverywhere),

                page("/overview",                     USERS_READ,    OVERVIEW,  overview::show),
                page("/ending",                       USERS_READ,    OVERVIEW,  overview::ending),

                page("/users",                        USERS_READ,    USERS,     users::show),
                form("/holds/rehearsal",              HOLDS_WRITE,   USERS,     bulk::rehearse),
                form("/holds",                        HOLDS_WRITE,   USERS,     bulk::perform),
                page("/users/{user}",                 USERS_READ,    USERS,     user::show),

                page("/jobs",                         JOBS_READ,     JOBS,      jobs::show),
                page("/jobs/{job}",                   JOBS_READ,     JOBS,      jobs::one),
                page("/jobs/{job}/evidence",          EVIDENCE_READ, JOBS,
                        logged(jobs::evidence, authenticator.log()::evidenceRead)),
                form("/jobs/{job}/review",            JOBS_VERDICT,  JOBS,      jobs::review,    jobs::one),
                form("/jobs/{job}/erase",             BAR_WRITE,     JOBS,      jobs::erase,     jobs::one),

                page("/groups",                       USERS_READ,    GROUPS,    groups::groups),
                form("/groups",                       GROUPS_WRITE,  GROUPS,
                        groups.create(
                                in -> new Command.CreateGroup(in.name(), in.description(null)),
                                change -> change.group().id()),
                        groups::groups),
                page("/groups/{group}",               USERS_READ,    GROUPS,    groups::group),
                form("/groups/{group}",               GROUPS_WRITE,  GROUPS,
                        groups.change(groups::updateGroup), groups::group),
                form("/groups/{group}/delete",        GROUPS_WRITE,  GROUPS,
                        groups.delete(Command.DeleteGroup::new), groups::group),
                form("/groups/{group}/add",           GROUPS_WRITE,  GROUPS,
                        groups.change((visit, id) -> new Command.AddMember(id, typedUser.find(visit))), groups::group),
                form("/groups/{group}/remove",        GROUPS_WRITE,  GROUPS,
                        groups.change((visit, id) -> new Command.RemoveMember(id, typedUser.find(visit))), groups::group),

                page("/policies",                     USERS_READ,    POLICIES,  groups::policies),
                form("/policies",                     GROUPS_WRITE,  POLICIES,
                        groups.create(
                                in -> new Command.CreatePolicy(in.name(), in.description(null), in.resources()),
                                change -> change.policy().id()),
                        groups::policies),
                page("/policies/{policy}",            USERS_READ,    POLICIES,  groups::policy),
                form("/policies/{policy}",            GROUPS_WRITE,  POLICIES,
                        groups.change(groups::updatePolicy), groups::policy),
                form("/policies/{policy}/delete",     GROUPS_WRITE,  POLICIES,
                        groups.delete(Command.DeletePolicy::new), groups::policy),
                form("/policies/{policy}/assign-user",    GROUPS_WRITE, POLICIES,
                        groups.change((visit, id) -> new Command.AssignUser(id, typedUser.find(visit))), groups::policy),
                form("/policies/{policy}/unassign-user",  GROUPS_WRITE, POLICIES,
                        groups.change((visit, id) -> new Command.UnassignUser(id, typedUser.find(visit))), groups::policy),
                form("/policies/{policy}/assign-group",   GROUPS_WRITE, POLICIES,
                        groups.change((visit, id) -> new Command.AssignGroup(id, GroupsPage.chosenGroup(visit))), groups::policy),
                form("/policies/{policy}/unassign-group", GROUPS_WRITE, POLICIES,
                        groups.change((visit, id) -> new Command.UnassignGroup(id, GroupsPage.chosenGroup(visit))), groups::policy),

                page("/journal",                      JOURNAL_READ,  JOURNAL,
                        logged(journal::show, authenticator.log()::journalRead)),
                form("/journal/verify",               JOURNAL_READ,  JOURNAL,   journal::verify),
                page("/journal/export",               JOURNAL_READ,  JOURNAL,
                        logged(journal::export, authenticator.log()::journalExported)),

                page("/approvals",                    USERS_READ,    APPROVALS, approvals::show),
                form("/approvals/rules",              KEYS_WRITE,    APPROVALS, approvals::setRules, approvals::show),
                form("/approvals/{approval}/approve", USERS_READ,    APPROVALS, approvals::approve,  approvals::show),
                form("/approvals/{approval}/decline", USERS_READ,    APPROVALS, approvals::decline,  approvals::show),

                page("/keys",                         KEYS_WRITE,    KEYS,      credentials::keys),
                form("/keys",                         KEYS_WRITE,    KEYS,      credentials::createKey, credentials::keys),
                form("/keys/{key}/rotate",            KEYS_WRITE,    KEYS,      credentials::rotateKey, credentials::keys),
                form("/keys/{key}/revoke",            KEYS_WRITE,    KEYS,      credentials::revokeKey, credentials::keys),
                page("/operators",                    KEYS_WRITE,    OPERATORS, credentials::operators),
                form("/operators",                    KEYS_WRITE, OPERATORS, credentials::createOperator, credentials::operators),
                form("/operators/{username}/disable", KEYS_WRITE, OPERATORS, credentials::disable,        credentials::operators),
                form("/operators/{username}/enable",  KEYS_WRITE, OPERATORS, credentials::enable,         credentials::operators),
                form("/operators/{username}/role",    KEYS_WRITE, OPERATORS, credentials::changeRole,     credentials::operators),
                form("/operators/{username}/delete",  KEYS_WRITE, OPERATORS, credentials::delete,         credentials::operators),
                form("/operators/{username}/password", KEYS_WRITE, OPERATORS, credentials::changePassword, credentials::operators)));
        // spotless:on
        for (UserForms.Kind kind : forms.kinds()) {
            routes.add(form(
                    "/users/{user}/" + kind.path(), kind.needs(), USERS, visit -> forms.send(visit, kind), user::show));
        }
        return routes;
    }

    /// A page that is noted in the security log when it succeeds.
    private static SessionFilter.PageHandler logged(
            SessionFilter.PageHandler page, BiConsumer<Caller, RemoteClient> event) {
        return visit -> {
            Reply reply = page.answer(visit);
            if (reply.status() == 200) {
                event.accept(visit.visitor().caller(), RemoteClients.of(visit.request()));
            }
            return reply;
        };
    }

    private Route page(String path, Scope needs, NavSection section, SessionFilter.PageHandler page) {
        return route(GET, path, needs, section, page);
    }

    private Route form(String path, Scope needs, NavSection section, SessionFilter.PageHandler form) {
        return route(POST, path, needs, section, form);
    }

    /// @param again shows the form again, with the error
    private Route form(
            String path,
            Scope needs,
            NavSection section,
            SessionFilter.PageHandler form,
            SessionFilter.PageHandler again) {
        return form(path, needs, section, visit -> {
            try {
                return form.answer(visit);
            } catch (RefusedException e) {
                return again.answer(visit.with(labels.error(e.refusal())));
            }
        });
    }

    private Route route(Method method, String path, Scope needs, NavSection section, SessionFilter.PageHandler page) {
        return new Route(method, REALM + path, request -> sessionFilter.enter(request, needs, section, page))
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
