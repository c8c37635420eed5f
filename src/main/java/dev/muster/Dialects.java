package dev.muster;

import dev.muster.api.Dialect;
import dev.muster.api.RequestTenant;
import dev.muster.api.allthenticate.AllthenticateApi;
import dev.muster.api.allthenticate.AllthenticateTenant;
import dev.muster.api.epixel.EpixelApi;
import dev.muster.api.epixel.EpixelTenant;
import dev.muster.api.rest.RestApi;
import dev.muster.api.rest.RestTenant;
import dev.muster.api.signet.SignetApi;
import dev.muster.api.signet.SignetTenant;
import dev.muster.api.smileid.EnrolleeEndpoint;
import dev.muster.api.smileid.JobCalls;
import dev.muster.api.smileid.SmileTenant;
import dev.muster.config.Setting;
import dev.muster.console.Console;
import dev.muster.directory.AllTenants;
import dev.muster.directory.Core;
import dev.muster.directory.Credentials;
import dev.muster.http.Fault;
import dev.muster.http.HttpApi;
import dev.muster.http.HttpException;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.http.Route;
import dev.muster.outgoing.AddressRules;
import dev.muster.outgoing.OutgoingHttp;
import dev.muster.security.Authenticator;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.KeyGenerator;
import dev.muster.security.passkeys.PasskeyCeremonies;
import dev.muster.security.sso.ProviderHttp;
import dev.muster.security.sso.SingleSignOn;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Creates the HTTP APIs of all dialects. A new dialect needs a package and a line in [#httpApis].
///
/// @param publicUrl the URL under which clients reach the server; null to use the address of each request
/// @param epixelBase the base path of the `epixel` dialect
/// @param ssoAddresses the rules for the addresses at which identity providers may be called
/// @param allTenants the tenants of all cells, for root
/// @param anyRealm the credentials of the first cell, where sign-ins begin whose realm is not known yet
public record Dialects(
        Core core,
        Authenticator authenticator,
        KeyGenerator keyGenerator,
        InstantSource clock,
        @Nullable URI publicUrl,
        String epixelBase,
        AddressRules ssoAddresses,
        AllTenants allTenants,
        Credentials anyRealm) {
    private static final String SSO_NETWORKS = Setting.SSO_NETWORKS.option();

    /// Creates dialects that may call identity providers only at public addresses.
    public Dialects(
            Core core,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            InstantSource clock,
            @Nullable URI publicUrl,
            String epixelBase) {
        this(
                core,
                authenticator,
                keyGenerator,
                clock,
                publicUrl,
                epixelBase,
                new AddressRules(List.of(), SSO_NETWORKS));
    }

    /// Creates the dialects of a server with one database.
    public Dialects(
            Core core,
            Authenticator authenticator,
            KeyGenerator keyGenerator,
            InstantSource clock,
            @Nullable URI publicUrl,
            String epixelBase,
            AddressRules ssoAddresses) {
        this(
                core,
                authenticator,
                keyGenerator,
                clock,
                publicUrl,
                epixelBase,
                ssoAddresses,
                AllTenants.of(core),
                core.credentials());
    }

    /// Creates the HTTP APIs of all dialects. The first is Muster's own, which also refuses unknown paths and
    /// redirects browsers from `/` to the console.
    public List<HttpApi> httpApis() {
        return all().stream().map(Dialect::httpApi).toList();
    }

    /// Creates the HTTP APIs of all dialects, always in the same order and with the same routes, and how their requests
    /// name a tenant.
    public List<Dialect> all() {
        EnrolleeEndpoint enrollees = new EnrolleeEndpoint(core.directory(), authenticator);
        Console console = console();
        return List.of(
                dialect(
                        RestApi.of(core, allTenants, authenticator, keyGenerator, publicUrl)
                                .plus(Route.get("/", Dialects::toConsole)),
                        RestTenant::of),
                dialect(new SignetApi(core.directory(), authenticator).httpApi(), SignetTenant::of),
                dialect(enrollees.httpApi(), SmileTenant::of),
                dialect(enrollees.blockUserFace(), SmileTenant::of),
                dialect(new JobCalls(core, authenticator, keyGenerator, clock, publicUrl).httpApi(), SmileTenant::of),
                dialect(
                        new AllthenticateApi(core.directory(), core.groups(), authenticator).httpApi(),
                        AllthenticateTenant::of),
                dialect(new EpixelApi(core.directory(), authenticator, epixelBase).httpApi(), EpixelTenant::of),
                dialect(console.httpApi(), console::tenant));
    }

    private static Dialect dialect(HttpApi httpApi, RequestTenant.Finder tenant) {
        return new Dialect(httpApi, tenant);
    }

    private Console console() {
        return new Console(
                core,
                authenticator,
                keyGenerator,
                consoleSessions(),
                singleSignOn(),
                passkeyCeremonies(),
                clock,
                publicUrl);
    }

    private SingleSignOn singleSignOn() {
        return new SingleSignOn(
                core.credentials(),
                core.directory(),
                authenticator.ssoAttempts(),
                new ProviderHttp(new OutgoingHttp(ssoAddresses, (SSLSocketFactory) SSLSocketFactory.getDefault())),
                clock);
    }

    private PasskeyCeremonies passkeyCeremonies() {
        return new PasskeyCeremonies(
                core.credentials(),
                anyRealm,
                core.passkeys(),
                authenticator.passwords(),
                authenticator.passkeyAttempts(),
                clock);
    }

    private static Reply toConsole(Request request) {
        String accepted = request.header("Accept");
        if (accepted == null || !accepted.toLowerCase(Locale.ROOT).contains("text/html")) {
            throw new HttpException(new Fault.NoSuchPath());
        }
        return Reply.of(303).with("Location", request.at(Console.BASE)).with("Vary", "Accept");
    }

    private ConsoleSessions consoleSessions() {
        return new ConsoleSessions(authenticator, core.credentials(), core.sessions());
    }
}
