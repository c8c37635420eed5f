package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;
import static dev.muster.console.html.NavSection.ACCOUNT;
import static dev.muster.console.html.NavSection.APPROVALS;
import static dev.muster.console.html.NavSection.GROUPS;
import static dev.muster.console.html.NavSection.INTEGRITY;
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
import static dev.muster.model.credential.Scope.JOBS_WRITE;
import static dev.muster.model.credential.Scope.JOURNAL_READ;
import static dev.muster.model.credential.Scope.KEYS_WRITE;
import static dev.muster.model.credential.Scope.USERS_READ;
import static dev.muster.model.credential.Scope.USERS_WRITE;

import dev.muster.api.InvitationLinks;
import dev.muster.api.JournalledReads;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.RequestTenant;
import dev.muster.api.StaticFiles;
import dev.muster.api.WriteGateway;
import dev.muster.api.evidence.EvidencePictures;
import dev.muster.console.html.ErrorMessage;
import dev.muster.console.html.NavSection;
import dev.muster.directory.Core;
import dev.muster.http.BasePath;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Command;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Scope;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RemoteClient;
import dev.muster.security.passkeys.PasskeyCeremonies;
import dev.muster.security.sso.SingleSignOn;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The routes of the console, with the scope that each requires.
public final class Console {
    static final String NAME = "console";
    public static final String BASE = "/console";

    static final String INVITATION = InvitationLinks.PATH + "{token}";

    static final String REALM = BASE + "/{partner}/{environment}";

    /// The body limit for forms that have no other limit.
    private static final int BODY_BYTES = 64 << 10;

    /// The limits for a form that names up to [ChosenUsers#MAX_USERS] users, usually with one parameter per user.
    private static final int BULK_FORM_BYTES = 256 << 10;

    private static final int BULK_FORM_PARAMETERS = ChosenUsers.MAX_USERS + 100;

    /// The body limit for a form that can be sent without a session.
    private static final int SIGN_IN_BYTES = 8 << 10;

    private static final int MAX_CONCURRENT_PICTURES = 2;

    private final Core core;
    private final Authenticator authenticator;
    private final KeyGenerator keyGenerator;
    private final ConsoleSessions consoleSessions;
    private final SingleSignOn singleSignOn;
    private final PasskeyCeremonies passkeyCeremonies;
    private final PasskeyGate passkeyGate;
    private final @Nullable URI publicUrl;
    private final InstantSource clock;
    private final SessionFilter sessionFilter;
    private final ResumableForms resumableForms;
    private final Pages pages;
    private final Labels labels;
    private final StaticFiles assets = ConsoleFiles.all();

    /// @param publicUrl the URL at which browsers reach the server; null to use each request's address
    public Console(
            Core core,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            ConsoleSessions consoleSessions,
            SingleSignOn singleSignOn,
            PasskeyCeremonies passkeyCeremonies,
            InstantSource clock,
            @Nullable URI publicUrl) {
        this.core = core;
        this.authenticator = authenticator;
        this.keyGenerator = keyGenerator;
        this.consoleSessions = consoleSessions;
        this.singleSignOn = singleSignOn;
        this.passkeyCeremonies = passkeyCeremonies;
        this.passkeyGate = new PasskeyGate(core.credentials(), core.passkeys());
        this.publicUrl = publicUrl;
        this.clock = clock;
        this.labels = new Labels(core.credentials());
        this.pages = new Pages(assets.version(), BasePath.of(publicUrl).at(BASE), clock);
        this.resumableForms = new ResumableForms(core.pendingForms());
        this.sessionFilter = new SessionFilter(
                consoleSessions, authenticator.log(), publicUrl, labels, pages, resumableForms, passkeyGate);
    }

    public HttpApi httpApi() {
        return new HttpApi(NAME, BASE, routes(), (fault, _) -> sessionFilter.error(ErrorMessage.of(fault)));
    }

    /// Finds the tenant of a request to one of the routes.
    public RequestTenant tenant(Request request) {
        return new ConsoleTenant(sessionFilter).of(request);
    }

    private List<Route> routes() {
        CommandSender sender = new CommandSender(core.directory(), authenticator);
        TypedUser typedUser = new TypedUser(core.directory());
        SsoPage sso = new SsoPage(singleSignOn, consoleSessions, sessionFilter, publicUrl, pages);
        ConfirmPage confirm =
                new ConfirmPage(consoleSessions, sessionFilter, resumableForms, passkeyGate, core.credentials(), pages);
        PasskeyPage passkeys = new PasskeyPage(
                passkeyCeremonies,
                core.passkeys(),
                passkeyGate,
                consoleSessions,
                sessionFilter,
                confirm,
                sender,
                publicUrl,
                clock,
                pages);
        SignInPage signIn = new SignInPage(consoleSessions, sessionFilter, sender, sso, passkeys, pages, labels);
        OverviewPage overview = new OverviewPage(
                core.overview(), core.jobs(), core.journal(), core.verifications(), core.webhooks(), pages);
        UsersPage users = new UsersPage(core.directory(), core.groups(), sender, pages, labels);
        ApprovalsPage approvals = new ApprovalsPage(core.approvals(), core.directory(), sender, pages, labels);
        UserPage user = new UserPage(
                core.directory(),
                core.groups(),
                core.jobs(),
                approvals,
                visit -> WebhookDeliveryStatus.of(visit, core),
                pages,
                labels);
        UserForms forms = new UserForms(core.directory(), sender, clock);
        ChosenUsers chosenUsers = new ChosenUsers(core.directory());
        PastedPage pasted = new PastedPage(chosenUsers, typedUser, pages, labels);
        BulkPage bulk = new BulkPage(
                core.directory(), sender, new HoldUndo(core.directory(), sender), chosenUsers, pages, labels, clock);
        ReviewPage reviews = new ReviewPage(core.jobs(), core.directory(), sender, pages, labels);
        JobsPage jobs = new JobsPage(
                core.jobs(),
                core.callbacks(),
                core.directory(),
                core.evidence(),
                new EvidencePictures(MAX_CONCURRENT_PICTURES),
                reviews,
                sender,
                pages,
                labels);
        GroupsPage groups = new GroupsPage(core.directory(), core.groups(), sender, pages);
        JournalPage journal = new JournalPage(core.journal(), core.directory(), core.jobs(), pages, labels, typedUser);
        IntegrityPage integrity = new IntegrityPage(core.journal(), core.verifications(), pages);
        KeysPage keys = new KeysPage(core.credentials(), keyGenerator, sender, pages, labels, clock);
        OperatorsPage operators = new OperatorsPage(
                core.credentials(), new InvitationLinks(publicUrl), new SecureRandom(), sender, pages);
        JournalledReads reads = new JournalledReads(new WriteGateway(core.directory(), NAME), authenticator);
        AccountPage account = new AccountPage(
                passkeys, core.credentials(), authenticator, consoleSessions, sessionFilter, sender, pages);
        InvitationPage invitation = new InvitationPage(
                authenticator, consoleSessions, sessionFilter, new WriteGateway(core.directory(), NAME), pages, labels);
        List<Route> routes = new ArrayList<>();
        // Columns: path, scope, section of the console, handler and, for a form, the handler that shows the
        // form again if it is refused.
        // spotless:off
        routes.addAll(List.of(
                Route.get(BASE,                    signIn::home),
                Route.get(BASE + "/",              signIn::home),
                Route.get(BASE + "/assets/{name}", assets::get),
                Route.get(BASE + "/sign-in",       signIn::show),
                Route.post(BASE + "/sign-in",      signIn::signIn).withBodyLimit(SIGN_IN_BYTES),
                Route.post(SsoPage.START,          sso::start).withBodyLimit(SIGN_IN_BYTES),
                Route.get(SsoPage.CALLBACK,        sso::finish),
                Route.post(PasskeyPage.SIGN_IN_OPTIONS, passkeys::signInOptions).withBodyLimit(SIGN_IN_BYTES),
                Route.post(PasskeyPage.SIGN_IN,    passkeys::signIn).withBodyLimit(SIGN_IN_BYTES),
                Route.post(PasskeyPage.SECOND_STEP, passkeys::secondStep).withBodyLimit(SIGN_IN_BYTES),

                Route.get(INVITATION,              invitation::show),
                Route.post(INVITATION,             invitation::accept).withBodyLimit(SIGN_IN_BYTES),

                page(AccountPage.PATH,                USERS_READ,    ACCOUNT,  account::show),
                form(PasskeyPage.NEW,                 USERS_READ,    ACCOUNT,  passkeys::showNew, account::show),
                form(PasskeyPage.ADD,                 USERS_READ,    ACCOUNT,  passkeys::add,     account::show),
                form(PasskeyPage.ADD + "/{passkey}/remove", USERS_READ, ACCOUNT, passkeys::remove, account::show),
                form(PasskeyPage.CONFIRM_OPTIONS,     USERS_READ,    ACCOUNT,  passkeys::confirmOptions),
                form(PasskeyPage.CONFIRM,             USERS_READ,    ACCOUNT,  passkeys::confirm, confirm::show),
                form("/account/password",             USERS_READ,    ACCOUNT,  account::changePassword, account::show),
                form("/account/sessions/{session}/end", USERS_READ,  ACCOUNT,  account::endOwn,   account::show),
                page(ConfirmPage.PATH,                USERS_READ,    ACCOUNT,  confirm::show),
                form(ConfirmPage.PATH,                USERS_READ,    ACCOUNT,  confirm::confirm,  confirm::show),
                form("/sign-in-again",                USERS_READ,    ACCOUNT,  confirm::signInAgain),
                page("/resume/{form}",                USERS_READ,    ACCOUNT,  confirm::resume),

                form("/sign-out",                     USERS_READ,    OVERVIEW,  signIn::signOut),
                form("/sign-out-everywhere",          USERS_READ,    OVERVIEW,  signIn::signOutEverywhere),

                page("/overview",                     USERS_READ,    OVERVIEW,  overview::show),
                page("/ending",                       USERS_READ,    OVERVIEW,  overview::ending),

                page("/users",                        USERS_READ,    USERS,     users::show),
                form("/users",                        USERS_WRITE,   USERS,     users::register, users::show),
                page("/users/export",                 USERS_READ,    USERS,
                        logged(users::export, authenticator.log()::usersExported)),
                form("/users/pasted",                 USERS_READ,    USERS,     pasted::paste,   users::show).withBodyLimit(BULK_FORM_BYTES),
                forMany("/holds/preview",             HOLDS_WRITE,   USERS,     bulk::preview),
                forMany("/holds",                     HOLDS_WRITE,   USERS,     bulk::perform),
                forMany("/holds/undo",                HOLDS_WRITE,   USERS,     bulk::undo),
                page("/users/{user}",                 USERS_READ,    USERS,     user::show),

                page("/jobs",                         JOBS_READ,     JOBS,      jobs::show),
                page("/jobs/{job}",                   JOBS_READ,     JOBS,      jobs::one),
                page("/jobs/{job}/evidence",          EVIDENCE_READ, JOBS,
                        visit -> unlessRefused(reads.evidenceRead(
                                visit.request(), visit.visitor().caller(), visit.request().path("job"), jobs.evidence(visit)))),
                page("/jobs/{job}/picture",           EVIDENCE_READ, JOBS,
                        visit -> unlessRefused(reads.evidenceRead(
                                visit.request(), visit.visitor().caller(), visit.request().path("job"), jobs.picture(visit)))),
                page("/reviews",                      JOBS_READ,     JOBS,      reviews::start),
                form("/jobs/{job}/review",            JOBS_VERDICT,  JOBS,      reviews::confirm, jobs::one),
                form("/jobs/{job}/clear",             HOLDS_WRITE,   JOBS,      reviews::clear,   jobs::one),
                form("/jobs/{job}/erase",             BAR_WRITE,     JOBS,      jobs::erase,     jobs::one),
                form("/jobs/{job}/callback",          JOBS_WRITE,    JOBS,      jobs::sendAgain, jobs::one),

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
                page("/integrity",                    JOURNAL_READ,  INTEGRITY, integrity::show),
                page("/integrity/checkpoints",        JOURNAL_READ,  INTEGRITY, integrity::checkpoints),
                page("/integrity/public-key",         JOURNAL_READ,  INTEGRITY, integrity::publicKey),
                form("/journal/verify",               JOURNAL_READ,  INTEGRITY, integrity::verify),
                page("/journal/export",               JOURNAL_READ,  JOURNAL,
                        visit -> exported(reads, visit, journal.export(visit))),

                page("/approvals",                    USERS_READ,    APPROVALS, approvals::show),
                form("/approvals/rules",              KEYS_WRITE,    APPROVALS, approvals::setRules, approvals::show),
                form("/approvals/{approval}/approve", USERS_READ,    APPROVALS, approvals::approve,  approvals::show),
                form("/approvals/{approval}/decline", USERS_READ,    APPROVALS, approvals::decline,  approvals::show),

                page("/keys",                         KEYS_WRITE,    KEYS,      keys::show),
                form("/keys",                         KEYS_WRITE,    KEYS,      keys::create, keys::show),
                form("/keys/{key}/rotate",            KEYS_WRITE,    KEYS,      keys::rotate, keys::show),
                form("/keys/{key}/revoke",            KEYS_WRITE,    KEYS,      keys::revoke, keys::show),
                page("/operators",                    KEYS_WRITE,    OPERATORS, operators::show),
                form("/operators",                    KEYS_WRITE, OPERATORS, operators::invite,         operators::show),
                form("/operators/passkey-policy",     KEYS_WRITE, OPERATORS, operators::setPasskeyPolicy, operators::show),
                form("/operators/{username}/disable", KEYS_WRITE, OPERATORS, operators::disable,        operators::show),
                form("/operators/{username}/enable",  KEYS_WRITE, OPERATORS, operators::enable,         operators::show),
                form("/operators/{username}/role",    KEYS_WRITE, OPERATORS, operators::changeRole,     operators::show),
                form("/operators/{username}/remove-passkeys", KEYS_WRITE, OPERATORS, operators::removePasskeys, operators::show),
                form("/operators/{username}/delete",  KEYS_WRITE, OPERATORS, operators::delete,         operators::show),
                form("/operators/{username}/invitation", KEYS_WRITE, OPERATORS, operators::inviteAgain, operators::show),
                page("/operators/{username}/sessions", KEYS_WRITE, OPERATORS, account::others),
                form("/operators/{username}/sessions/{session}/end", KEYS_WRITE, OPERATORS, account::endOthers, account::others)));
        // spotless:on
        // A browser may reload the address of a form's result with GET. These routes redirect it to the page
        // that contains the form.
        Map.of("/holds", "/users", "/holds/preview", "/users", "/holds/undo", "/users", "/account/password", "/account")
                .forEach((path, form) ->
                        routes.add(page(path, USERS_READ, USERS, visit -> Pages.seeOther(visit.base() + form))));
        routes.addAll(WebhookPages.of(core, keyGenerator, sender, pages, labels).routes(this));
        for (UserForms.Kind kind : forms.kinds()) {
            routes.add(form(
                    "/users/{user}/" + kind.path(), kind.needs(), USERS, visit -> forms.send(visit, kind), user::show));
        }
        return routes;
    }

    /// Records an export in the journal and returns it. Returns an error page unchanged.
    private static Reply exported(JournalledReads reads, PageVisit visit, Reply reply) {
        return reply.status() == 200
                ? unlessRefused(reads.exported(visit.request(), visit.visitor().caller(), reply))
                : reply;
    }

    /// Wraps a page so that its successful requests are recorded in the security log.
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

    Route page(String path, Scope needs, NavSection section, SessionFilter.PageHandler page) {
        return route(GET, path, needs, section, page);
    }

    private Route form(String path, Scope needs, NavSection section, SessionFilter.PageHandler form) {
        return route(POST, path, needs, section, form);
    }

    /// Creates the route of a form.
    ///
    /// @param again the handler that shows the form again, with the error
    Route form(
            String path,
            Scope needs,
            NavSection section,
            SessionFilter.PageHandler form,
            SessionFilter.PageHandler again) {
        return form(path, needs, section, visit -> {
            try {
                return form.answer(visit);
            } catch (RefusedException e) {
                if (e.refusal() instanceof Refusal.StepUpRequired) {
                    throw e;
                }
                return e.refusal() instanceof Refusal.NeedsApproval
                        ? visit.done("/approvals", Flash.AWAITS_APPROVAL)
                        : again.answer(visit.with(labels.error(e.refusal())));
            }
        });
    }

    /// Creates the route of a form that names up to [ChosenUsers#MAX_USERS] users.
    private Route forMany(String path, Scope needs, NavSection section, SessionFilter.PageHandler form) {
        return form(path, needs, section, form).withBodyLimit(BULK_FORM_BYTES).withMaxParameters(BULK_FORM_PARAMETERS);
    }

    private Route route(Method method, String path, Scope needs, NavSection section, SessionFilter.PageHandler page) {
        return new Route(method, REALM + path, request -> sessionFilter.enter(request, needs, section, page))
                .withBodyLimit(BODY_BYTES);
    }
}
