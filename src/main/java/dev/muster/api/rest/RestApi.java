package dev.muster.api.rest;

import static dev.muster.api.RefusedException.unlessRefused;
import static dev.muster.http.Method.DELETE;
import static dev.muster.http.Method.GET;
import static dev.muster.http.Method.PATCH;
import static dev.muster.http.Method.POST;
import static dev.muster.http.Method.PUT;
import static dev.muster.model.credential.Scope.BAR_WRITE;
import static dev.muster.model.credential.Scope.EVENTS_READ;
import static dev.muster.model.credential.Scope.EVIDENCE_READ;
import static dev.muster.model.credential.Scope.GROUPS_WRITE;
import static dev.muster.model.credential.Scope.HOLDS_WRITE;
import static dev.muster.model.credential.Scope.JOBS_READ;
import static dev.muster.model.credential.Scope.JOBS_VERDICT;
import static dev.muster.model.credential.Scope.JOBS_WRITE;
import static dev.muster.model.credential.Scope.JOURNAL_READ;
import static dev.muster.model.credential.Scope.KEYS_WRITE;
import static dev.muster.model.credential.Scope.RANKS_WRITE;
import static dev.muster.model.credential.Scope.USERS_READ;
import static dev.muster.model.credential.Scope.USERS_WRITE;

import dev.muster.api.InvitationLinks;
import dev.muster.api.JournalledReads;
import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.api.WriteHeaders;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.directory.UserQuery;
import dev.muster.http.Handler;
import dev.muster.http.HttpApi;
import dev.muster.http.Method;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.credential.Rank;
import dev.muster.model.credential.Scope;
import dev.muster.model.group.Group;
import dev.muster.model.group.Policy;
import dev.muster.security.Authenticator;
import dev.muster.security.Caller;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.KeyGenerator;
import dev.muster.security.RemoteClient;
import java.net.URI;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The routes of Muster's own API, and the scopes that they require.
public final class RestApi {
    private static final String NAME = "rest";
    private static final String BASE = "/v1";
    private static final List<Rank> RANKS = List.of(Rank.values());

    private final Core core;
    private final AllTenants allTenants;
    private final Authenticator authenticator;
    private final KeyGenerator keyGenerator;
    private final @Nullable URI publicUrl;

    RestApi(
            Core core,
            AllTenants allTenants,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            @Nullable URI publicUrl) {
        this.core = core;
        this.allTenants = allTenants;
        this.authenticator = authenticator;
        this.keyGenerator = keyGenerator;
        this.publicUrl = publicUrl;
    }

    /// Creates the API with all its routes. Clients reach the server at `url`, which is null if it is not configured.
    public static HttpApi of(Core core, Authenticator authenticator, KeyGenerator keyGenerator, @Nullable URI url) {
        return of(core, AllTenants.of(core), authenticator, keyGenerator, url);
    }

    /// Like the other `of`, but root sees the tenants of several cells.
    public static HttpApi of(
            Core core,
            AllTenants allTenants,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            @Nullable URI publicUrl) {
        List<Route> routes = new RestApi(core, allTenants, authenticator, keyGenerator, publicUrl)
                .table().stream().map(Row::route).toList();
        return new HttpApi(NAME, BASE, routes, RestErrors::reply);
    }

    /// All routes with the scopes that they require: the calls, and the documents that describe them.
    List<Row> table() {
        Documents documents = new Documents(publicUrl);
        List<Row> described = List.of(
                open(GET, "/openapi.json", documents::json),
                open(GET, "/docs", documents::page),
                open(GET, "/docs/assets/{name}", documents::file));
        List<Row> webhooks = WebhookRoutes.of(core, keyGenerator).rows(this);
        List<Row> deliveries = new DeliveryRoutes(core.deliveries()).rows(this);
        return Stream.of(calls(), webhooks, deliveries, described)
                .flatMap(List::stream)
                .toList();
    }

    private List<Row> calls() {
        Credentials credentials = core.credentials();
        Writes writes = new Writes(core.directory());
        ActorNamesJson names = new ActorNamesJson(core.names());
        UserRoutes users = new UserRoutes(core.directory(), writes, names);
        StandingRoutes standings = new StandingRoutes(core.directory(), writes, names);
        JournalRoutes entries =
                new JournalRoutes(core.directory(), core.journal(), core.reconciliation(), authenticator.log());
        EventRoutes events = new EventRoutes(core.events(), authenticator);
        JournalledReads reads = new JournalledReads(writes.gateway(), authenticator);
        GroupOrPolicyRoutes<Group> groups = new GroupOrPolicyRoutes<>(
                "group",
                core.groups()::group,
                core.groups()::groups,
                UserQuery::inGroup,
                Change::group,
                Group::id,
                RestJson::group,
                writes,
                users);
        GroupOrPolicyRoutes<Policy> policies = new GroupOrPolicyRoutes<>(
                "policy",
                core.groups()::policy,
                core.groups()::policies,
                UserQuery::assigned,
                Change::policy,
                Policy::id,
                RestJson::policy,
                writes,
                users);
        AccessRoutes access = new AccessRoutes(core.groups());
        JobRoutes jobs = new JobRoutes(core.jobs(), core.evidence(), writes, names);
        CallbackRoutes callbacks = new CallbackRoutes(core.callbacks());
        KeyRoutes keys = new KeyRoutes(credentials, keyGenerator, writes, names);
        ConsoleSessions consoleSessions = new ConsoleSessions(authenticator, credentials, core.sessions());
        PasskeyRoutes passkeys = new PasskeyRoutes(credentials, core.passkeys(), writes);
        OperatorRoutes operators = new OperatorRoutes(
                credentials,
                authenticator,
                consoleSessions,
                new InvitationLinks(publicUrl),
                new SecureRandom(),
                writes,
                names);
        SsoRoutes sso = new SsoRoutes(credentials, writes);
        TenantRoutes tenants = new TenantRoutes(allTenants, credentials, core.overview(), keyGenerator, writes);
        ApprovalRoutes approvals = new ApprovalRoutes(core.approvals(), writes, names);
        MeRoutes me = new MeRoutes(credentials, authenticator, consoleSessions, writes);
        MaintenanceRoutes maintenance = new MaintenanceRoutes(core.maintenance(), allTenants);
        UnaryOperator<RestFields> withBody = RestFields::withBody;
        UnaryOperator<RestFields> withOptionalBody = RestFields::withOptionalBody;
        // Columns: method, template, scope, handler.
        // spotless:off
        return List.of(
                body(POST,  "/v1/users",                               USERS_WRITE,  users::register),
                list(GET,   "/v1/users",                               USERS_READ,   users::list),
                row(GET,    "/v1/users/{ref}",                         USERS_READ,   users::get),
                body(PUT,   "/v1/users/{ref}",                         USERS_WRITE,  users::put),
                body(PATCH, "/v1/users/{ref}",                         USERS_WRITE,
                        users.change(RestFields::withPatch, UserRoutes::update)),
                row(DELETE, "/v1/users/{ref}",                         HOLDS_WRITE,  users.change(withOptionalBody, UserRoutes::remove)),
                row(POST,   "/v1/users/{ref}/restore",                 HOLDS_WRITE,
                        users.change(withOptionalBody, in -> new Command.Restore(in.reason(), in.note()))),
                row(POST,   "/v1/users/{ref}/reinstate",               HOLDS_WRITE,
                        users.change(withOptionalBody, in -> new Command.Reinstate(in.reason(), in.note()))),
                row(POST,   "/v1/users/{ref}/bar",                     BAR_WRITE,
                        users.change(withBody, in -> new Command.Bar(in.requiredReason(), in.note()))),
                row(POST,   "/v1/users/{ref}/erase",                   BAR_WRITE,
                        users.change(withOptionalBody, in -> new Command.Erase(in.reason(), in.note()))),
                row(POST,   "/v1/users/{ref}/promote",                 USERS_WRITE,
                        users.change(withOptionalBody, in -> new Command.Promote(in.reason(), in.note()))),
                row(POST,   "/v1/users/{ref}/confirm-email",           USERS_WRITE,
                        users.change(withOptionalBody, in -> new Command.ConfirmEmail(in.reason(), in.note()))),
                row(PUT,    "/v1/users/{ref}/rank",                    RANKS_WRITE,
                        users.change(withBody, in -> new Command.ChangeRank(in.requiredChoice("rank", RANKS, Rank::name)))),
                body(PUT,   "/v1/users/{ref}/cards",                   USERS_WRITE,  users.change(withBody, UserRoutes::replaceCards)),
                body(PUT,   "/v1/users/{ref}/workstations",            USERS_WRITE,
                        users.change(withBody, in ->
                                new Command.ReplaceWorkstations(in.checks().workstations(in.requiredTexts("workstations"))))),
                row(PUT,    "/v1/users/{ref}/reenrolment",             HOLDS_WRITE,
                        users.change(withBody, in -> new Command.AllowReenrolment(in.flag("allowed")))),

                row(PUT,    "/v1/users/{ref}/holds/{kind}",            HOLDS_WRITE,  standings::placeHold),
                row(DELETE, "/v1/users/{ref}/holds/{kind}",            HOLDS_WRITE,  standings::releaseHold),
                row(POST,   "/v1/users/{ref}/holds/{kind}/release",    HOLDS_WRITE,  standings::releaseHold),
                row(GET,    "/v1/users/{ref}/standing",                USERS_READ,   standings::get),
                body(POST,  "/v1/standings",                           USERS_READ,   standings::getMany),

                row(POST,   "/v1/groups",                              GROUPS_WRITE,
                        groups.create(in -> new Command.CreateGroup(in.requiredName(), in.description()))),
                row(GET,    "/v1/groups",                              USERS_READ,   groups::list),
                row(GET,    "/v1/groups/{id}",                         USERS_READ,   groups::get),
                row(PATCH,  "/v1/groups/{id}",                         GROUPS_WRITE,
                        groups.update((in, id) -> new Command.UpdateGroup(
                                id, in.change("name", in::requiredName), in.edit("description", _ -> in.description())))),
                row(DELETE, "/v1/groups/{id}",                         GROUPS_WRITE, groups.change((_, id) -> new Command.DeleteGroup(id))),
                list(GET,   "/v1/groups/{id}/members",                 USERS_READ,   groups::users),
                row(PUT,    "/v1/groups/{id}/members/{ref}",           GROUPS_WRITE,
                        groups.change((in, id) -> new Command.AddMember(id, in.ref()))),
                row(DELETE, "/v1/groups/{id}/members/{ref}",           GROUPS_WRITE,
                        groups.change((in, id) -> new Command.RemoveMember(id, in.ref()))),
                row(GET,    "/v1/users/{ref}/groups",                  USERS_READ,   access::groupsOfUser),

                body(POST,  "/v1/policies",                            GROUPS_WRITE,
                        policies.create(in -> new Command.CreatePolicy(in.requiredName(), in.description(), in.resources()))),
                row(GET,    "/v1/policies",                            USERS_READ,   policies::list),
                row(GET,    "/v1/policies/{id}",                       USERS_READ,   policies::get),
                body(PATCH, "/v1/policies/{id}",                       GROUPS_WRITE,
                        policies.update((in, id) -> new Command.UpdatePolicy(
                                id,
                                in.change("name", in::requiredName),
                                in.edit("description", _ -> in.description()),
                                in.change("resources", in::resources)))),
                row(DELETE, "/v1/policies/{id}",                       GROUPS_WRITE,
                        policies.change((_, id) -> new Command.DeletePolicy(id))),
                list(GET,   "/v1/policies/{id}/users",                 USERS_READ,   policies::users),
                row(PUT,    "/v1/policies/{id}/users/{ref}",           GROUPS_WRITE,
                        policies.change((in, id) -> new Command.AssignUser(id, in.ref()))),
                row(DELETE, "/v1/policies/{id}/users/{ref}",           GROUPS_WRITE,
                        policies.change((in, id) -> new Command.UnassignUser(id, in.ref()))),
                row(GET,    "/v1/policies/{id}/groups",                USERS_READ,   access::groupsOfPolicy),
                row(PUT,    "/v1/policies/{id}/groups/{group}",        GROUPS_WRITE,
                        policies.change((in, id) -> new Command.AssignGroup(id, in.id("group", "group")))),
                row(DELETE, "/v1/policies/{id}/groups/{group}",        GROUPS_WRITE,
                        policies.change((in, id) -> new Command.UnassignGroup(id, in.id("group", "group")))),
                row(GET,    "/v1/users/{ref}/policies",                USERS_READ,   access::policiesOfUser),

                body(POST,  "/v1/jobs",                                JOBS_WRITE,   jobs::submit),
                list(GET,   "/v1/jobs",                                JOBS_READ,    jobs::list),
                row(GET,    "/v1/jobs/{jobId}",                        JOBS_READ,    jobs::get),
                row(GET,    "/v1/jobs/{jobId}/evidence",               EVIDENCE_READ,
                        call -> unlessRefused(reads.evidenceRead(
                                call.request(), call.caller(), call.request().path("jobId"), jobs.evidence(call)))),
                row(GET,    "/v1/jobs/{jobId}/callback",               JOBS_READ,    callbacks::get),
                row(POST,   "/v1/jobs/{jobId}/callback",               JOBS_WRITE,   callbacks::repeat),
                row(POST,   "/v1/jobs/{jobId}/verdict",                JOBS_VERDICT, jobs::giveVerdict),
                row(POST,   "/v1/jobs/{jobId}/review",                 JOBS_VERDICT, jobs::review),
                row(POST,   "/v1/jobs/{jobId}/erase",                  BAR_WRITE,    jobs::erase),
                row(POST,   "/v1/job-erasures",                        BAR_WRITE,    jobs::eraseNamed),

                list(GET,   "/v1/users/{ref}/history",                 USERS_READ,   entries::history),
                list(GET,   "/v1/journal",                             JOURNAL_READ, entries::list),
                row(GET,    "/v1/journal/head",                        JOURNAL_READ, entries::head),
                row(GET,    "/v1/journal/verify",                      JOURNAL_READ, entries::verify),
                row(GET,    "/v1/journal/reconcile",                   JOURNAL_READ, entries::reconcile),
                row(GET,    "/v1/journal/checkpoints",                 JOURNAL_READ, entries::checkpoints),
                row(GET,    "/v1/journal/export",                      JOURNAL_READ,
                        call -> unlessRefused(reads.exported(call.request(), call.caller(), entries.export(call)))),

                list(GET,   "/v1/events",                              EVENTS_READ,  events::list),
                row(GET,    "/v1/events/stream",                       EVENTS_READ,  events::stream),

                row(POST,   "/v1/keys",                                KEYS_WRITE,   keys::create),
                row(GET,    "/v1/keys",                                KEYS_WRITE,   keys::list),
                row(POST,   "/v1/keys/{keyId}/rotate",                 KEYS_WRITE,   keys::rotate),
                row(GET,    "/v1/keys/{keyId}/descendants",            KEYS_WRITE,   keys::descendants),
                row(PUT,    "/v1/keys/{keyId}/expiry",                 KEYS_WRITE,   keys::expire),
                row(DELETE, "/v1/keys/{keyId}",                        KEYS_WRITE,   keys::revoke),
                row(POST,   "/v1/operators",                           KEYS_WRITE,   operators::create),
                row(GET,    "/v1/operators",                           KEYS_WRITE,   operators::list),
                row(POST,   "/v1/operators/{username}/invitation",     KEYS_WRITE,   operators::invite),
                row(GET,    "/v1/operators/{username}/sessions",       KEYS_WRITE,   operators::sessions),
                row(DELETE, "/v1/operators/{username}/sessions/{sessionId}", KEYS_WRITE, operators::endSession),
                list(GET,   "/v1/operators/{username}/passkeys",       KEYS_WRITE,   passkeys::list),
                row(DELETE, "/v1/operators/{username}/passkeys",       KEYS_WRITE,   passkeys::removeAll),
                row(DELETE, "/v1/operators/{username}/passkeys/{passkeyId}", KEYS_WRITE, passkeys::remove),
                row(POST,   "/v1/operators/{username}/disable",        KEYS_WRITE,   operators.change(OperatorCommand.DisableOperator::new)),
                row(POST,   "/v1/operators/{username}/enable",         KEYS_WRITE,   operators.change(OperatorCommand.EnableOperator::new)),
                row(POST,   "/v1/operators/{username}/sign-out",       KEYS_WRITE,   operators.change(OperatorCommand.SignOutOperator::new)),
                row(PUT,    "/v1/operators/{username}/password",       KEYS_WRITE,   operators::changePassword),
                row(PUT,    "/v1/operators/{username}/role",           KEYS_WRITE,   operators::changeRole),
                row(DELETE, "/v1/operators/{username}",                KEYS_WRITE,   operators.change(OperatorCommand.DeleteOperator::new)),
                row(GET,    "/v1/passkey-policy",                      KEYS_WRITE,   passkeys::policy),
                row(PUT,    "/v1/passkey-policy",                      KEYS_WRITE,   passkeys::setPolicy),
                row(GET,    "/v1/sso",                                 KEYS_WRITE,   sso::list),
                row(PUT,    "/v1/sso",                                 KEYS_WRITE,   sso::put),
                row(DELETE, "/v1/sso/{id}",                            KEYS_WRITE,   sso::remove),

                list(GET,   "/v1/approvals",                           USERS_READ,   approvals::list),
                row(GET,    "/v1/approvals/{id}",                      USERS_READ,   approvals::get),
                row(POST,   "/v1/approvals/{id}/approve",              USERS_READ,   approvals::approve),
                row(POST,   "/v1/approvals/{id}/decline",              USERS_READ,   approvals::decline),
                row(GET,    "/v1/approval-rules",                      USERS_READ,   approvals::rules),
                row(PUT,    "/v1/approval-rules",                      KEYS_WRITE,   approvals::setRules),

                any(GET,    "/v1/me",                                                me::get),
                any(PUT,    "/v1/me/password",                                       me::changePassword),

                root(POST,  "/v1/tenants",                                           tenants::create),
                root(GET,   "/v1/tenants",                                           tenants::list),
                root(POST,  "/v1/tenants/{partnerId}/{environment}/keys",            keys::createFor),
                root(GET,   "/v1/tenants/{partnerId}/{environment}/quotas",          tenants::quotas),
                root(PUT,   "/v1/tenants/{partnerId}/{environment}/quotas",          tenants::setQuotas),
                root(POST,  "/v1/tenants/{partnerId}/{environment}/users/{id}/annul-bar", tenants::annulBar),

                root(POST,  "/v1/backups",                                           maintenance::startBackup),
                root(GET,   "/v1/backups/{id}",                                      maintenance::backup),
                root(POST,  "/v1/master-key/rotate",                                 maintenance::rotateMasterKey),
                root(POST,  "/v1/master-key/{masterKey}/use",                        maintenance::useMasterKey),

                open(GET,   "/health/live",                                          _ -> HealthRoutes.live()),
                open(GET,   "/health/ready",                                         _ -> HealthRoutes.ready(core)));
        // spotless:on
    }

    /// One row of the route table.
    ///
    /// @param needs the required scope; `root` for the root key, `any` for any credential, `-` for none
    record Row(Route route, String needs) {}

    /// Handles an authenticated call.
    interface Action {
        Reply answer(RestCall call) throws InterruptedException;
    }

    Row row(Method method, String template, Scope scope, Action action) {
        return row(
                method,
                template,
                scope.wireName(),
                caller -> caller.actor().may(scope)
                        ? null
                        : Refusal.Forbidden.to(caller.actor(), scope).needed(),
                action);
    }

    /// A row for a call with a potentially long reply.
    private Row list(Method method, String template, Scope scope, Action action) {
        Row row = row(method, template, scope, action);
        return new Row(row.route.largeReplies(), row.needs);
    }

    /// A row for a call with a potentially long body, which contains a list or metadata.
    private Row body(Method method, String template, Scope scope, Action action) {
        Row row = row(method, template, scope, action);
        return new Row(row.route.withBodyLimit(Route.LARGE_BODY_LIMIT), row.needs);
    }

    /// A row for a call that every authenticated caller may make, whatever their scopes.
    private Row any(Method method, String template, Action action) {
        return row(method, template, "any", _ -> null, action);
    }

    private Row root(Method method, String template, Action action) {
        return row(method, template, "root", caller -> caller.actor().isRoot() ? null : "root", action);
    }

    /// @param lacks a function that returns what a caller lacks for this call; null if nothing
    private Row row(
            Method method, String template, String needs, Function<Caller, @Nullable String> lacks, Action action) {
        return new Row(new Route(method, template, request -> answer(request, lacks, action)), needs);
    }

    private static Row open(Method method, String template, Handler handler) {
        return new Row(new Route(method, template, handler), "-");
    }

    /// Handles a call. Callers who lack the scope are refused before the body is read. The directory checks the
    /// scope again, because permissions may have changed by then.
    private Reply answer(Request request, Function<Caller, @Nullable String> lacks, Action action)
            throws InterruptedException {
        RemoteClient client = RemoteClients.of(request);
        Caller caller = null;
        Reply reply;
        try {
            caller = unlessRefused(authenticator.bearer(request.header("Authorization"), client));
            String lacking = lacks.apply(caller);
            if (lacking != null) {
                throw new RefusedException(new Refusal.Forbidden(lacking));
            }
            request.markAuthenticated();
            reply = action.answer(new RestCall(request, caller, RestHeaders.of(request)));
        } catch (RefusedException e) {
            if (caller != null && e.refusal() instanceof Refusal.Forbidden) {
                authenticator.log().forbidden(caller, client);
            }
            reply = RestErrors.reply(e.refusal(), request.id());
        } catch (FaultException e) {
            reply = RestErrors.reply(e.fault(), request.id());
        }
        return request.method() != GET && "true".equals(request.header(WriteHeaders.DRY_RUN))
                ? reply.with(WriteHeaders.DRY_RUN, "true")
                : reply;
    }
}
