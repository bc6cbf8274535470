// Made by `npm run api` from openapi.json, which the server itself tells; a test compares both.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server lives: it answers. */
        get: operations["get_liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the server measures of itself, for Prometheus.
         * @description From this machine nobody is asked who they are; from elsewhere it takes a token or a session.
         */
        get: operations["get_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server is ready: not while it starts or stops. */
        get: operations["get_readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The accounts of shops in reach.
         * @description Those of which it is known whether they are at work, and those that a person holds or held:
         *     with who holds them today, whether they are at work, and how many conversations they hold.
         */
        get: operations["list_accounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was decided about alerts.
         * @description Each step with its reason and what became of it, newest first. New ones come as events named
         *     `alert`.
         */
        get: operations["get_alerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How people are told.
         * @description Ladders, quiet hours and channels; secrets are shown as `***`. For callers who reach every
         *     shop.
         */
        get: operations["get_alert_settings"];
        /**
         * Set how people are told.
         * @description All settings are given; a secret shown as `***` stays as it is. They hold at once: what is told
         *     already stays so.
         */
        put: operations["put_alert_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alerts/settings/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message.
         * @description One message that says it is a test goes by the channel as it is given, whether it is set or not;
         *     the answer waits for what becomes of it. A secret shown as `***` is that of the channel of this
         *     name.
         */
        post: operations["test_alert_channel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, newest first.
         * @description Lines about shops out of reach are left out; those about no shop are for callers who reach
         *     every shop.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a backup.
         * @description The answer is one SQLite file with everything that is stored at one moment, whatever the
         *     database; `yingda restore` takes it. Texts in it stay sealed: without the server's key file
         *     nobody reads them. For owners who reach every shop.
         */
        post: operations["make_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/buyers/{platform}/{shop}/{buyer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase a buyer: the key of what they wrote, of their orders and money is destroyed, and a
         *     pseudonym stands in place of their id.
         * @description What was counted stays counted. The same export read again brings nothing back; what is new of
         *     theirs is a new buyer's. Backups made before still hold both, and have to age out. An account
         *     of the shop itself is taken off the shop's record first.
         */
        delete: operations["erase_buyer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calibration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which readings a panel's figures confirm.
         * @description Figures off the shop's panel, those that were sent and those of its log, are counted under every
         *     candidate: each edition with each combination of answers to its open readings. What is said of
         *     them is what `yingda calibrate` says over the same facts and figures.
         */
        get: operations["calibrate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All connectors.
         * @description What each was told, secrets as `***`, and how it stands. For callers who reach every shop.
         */
        get: operations["list_connectors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connectors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A connector. */
        get: operations["get_connector"];
        /**
         * Set a connector.
         * @description Made where there is none of this name. It starts at once; a secret shown as `***` stays as it
         *     is. Names have small letters, digits and `-`.
         */
        put: operations["put_connector"];
        post?: never;
        /**
         * Remove a connector.
         * @description It stops at once, and its secrets are forgotten. Facts that it brought stay.
         */
        delete: operations["delete_connector"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connectors/{name}/chatwoot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of Chatwoot.
         * @description Its facts are durable when this is answered. Nobody signs in; events are signed with the
         *     webhook's secret, or come from a listed address.
         */
        post: operations["receive_chatwoot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connectors/{name}/wecom": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answer WeCom's question whether a callback's address is ours.
         * @description WeCom asks when the address is saved on its page. Nobody signs in; the question is signed with
         *     the callback's Token.
         */
        get: operations["echo_wecom"];
        put?: never;
        /**
         * Take a callback of WeCom.
         * @description It says that an account has news, which is fetched then. Nobody signs in; it is signed with the
         *     callback's Token and sealed with its key.
         */
        post: operations["receive_wecom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Listen to what happens.
         * @description Server-sent events about the shops that the caller reaches. With `Last-Event-ID` the stream
         *     goes on after that event; an event named `reset` says that some were missed and everything has
         *     to be asked for anew. The stream ends now and then; browsers come back by themselves.
         */
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a figure.
         * @description The samples behind a figure of a shop, each with its verdict, the clause of the rule that
         *     judged it, and its facts with what became of each. As `yingda explain` says it over the same
         *     facts.
         */
        get: operations["explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send facts.
         * @description One row is one thing that happened, in the columns of the canonical log: one JSON object a
         *     line (`application/x-ndjson`), or one array of objects (`application/json`), plain or packed
         *     with gzip or zstd.
         *
         *     A body that is broken, too large or of another type is refused as a whole: nothing of it is
         *     taken. Otherwise each row is answered for itself, and what is answered as accepted is durable.
         *     Sending a body again is harmless: rows that are facts already are answered as duplicates.
         */
        post: operations["send_facts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All feeds.
         * @description Each feed of each shop in reach: its grade (`live`: facts come as they happen; `daily`: they
         *     come in pieces; `panel`: figures alone come), when it was heard last, when the newest fact
         *     happened that it gave, and how old both are. A shop without feeds is not in the list: nothing
         *     was ever fed of it.
         */
        get: operations["list_feeds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of a shop, recounted.
         * @description Each is counted from the facts at the time of the request, as `yingda measure` counts them:
         *     under the editions in force on their days, or under those that are asked for. Every page is
         *     counted anew.
         */
        get: operations["list_figures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/figures/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A figure beside that of earlier days.
         * @description Both are counted as `GET /v1/figures` counts them; the difference is that of the exact values,
         *     rounded once.
         */
        get: operations["compare_figures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/figures/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of a shop as a file for a spreadsheet.
         * @description The figures that `GET /v1/figures` tells, all of them, and beside them what defines them: the
         *     editions with their rules in words, sources, readings and lines, and what was asked otherwise.
         *     Texts stay texts: nothing in a cell is computed.
         */
        get: operations["export_figures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's files. */
        get: operations["list_imports"];
        put?: never;
        /**
         * Send a file.
         * @description The body is the file as it is: CSV, JSON, JSON Lines, text (all also in gzip or zstd), a
         *     workbook or Parquet, of 256 MiB at most. It is kept for an hour after somebody last looked at
         *     it; nothing is read of it until then.
         */
        post: operations["send_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file, and how far it has come with it. */
        get: operations["get_import"];
        put?: never;
        post?: never;
        /** Take a file away. One that is being imported is stopped; what was accepted stays. */
        delete: operations["remove_import"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at a file.
         * @description The whole file is read under one profile, or, where none is named, under every one that is
         *     shipped and in the canonical columns. Nothing is kept of it.
         */
        post: operations["preview_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/rejected": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rejected rows of a file.
         * @description A table (CSV, UTF-8 with a mark): source, line, column, reason, found, expected, in the language
         *     in which it was imported, and the row as it stands in the file. Only whoever sent the file gets
         *     it. The rows of a Parquet file are told by their numbers alone.
         */
        get: operations["get_rejected_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/imports/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a file.
         * @description Its rows become facts from now on; how far it has come is what the file says when it is asked
         *     for. Importing the same file again is harmless: its rows are repeats then.
         */
        post: operations["start_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who calls. */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change one's password. All sessions end; the answer sets the cookie of a new one. */
        put: operations["set_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a second factor, in two steps: a key is proposed, then confirmed by a code of it. */
        post: operations["set_totp"];
        /** Take one's second factor away. Again does no harm. */
        delete: operations["remove_totp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/observed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures off panels.
         * @description Those that were sent to this route, imported, or found in the watched folder, and those of a
         *     shop's log where they are asked for. `/v1/standing` takes both where facts do not cover a
         *     check's days, and `/v1/calibration` holds both against what is counted.
         */
        get: operations["list_observed"];
        put?: never;
        /**
         * Send figures off panels.
         * @description One array of objects (`application/json`), a panel's file (`text/csv`) or a workbook. Each row
         *     stands for itself: one that is no figure is told, the others are durable when this is
         *     answered. The same figure sent again is known; with another value it is replaced. Figures that
         *     were looked at at several instants stand beside one another. With `check` nothing is kept: the
         *     answer is what it would be.
         */
        post: operations["send_observed"];
        /**
         * Remove a figure off a panel.
         * @description One that was sent, imported or found in the watched folder; those of a shop's log are facts,
         *     and stay. The audit log keeps what it was.
         */
        delete: operations["remove_observed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overrides": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All versions of all rules that are a shop's or a group's own, oldest first.
         * @description Those of groups are for callers who reach every shop.
         */
        get: operations["list_overrides"];
        /**
         * Make a rule a shop's or a group's own, or withdraw it.
         * @description The text is checked as rulebooks are: all that is wrong with it is in `faults`, each with its
         *     place. What stands already is no new version. Earlier versions stay.
         */
        put: operations["put_override"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overrides/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a text that may become a rule.
         * @description Nothing is changed or counted. What is wrong is told with its place, all at once.
         */
        post: operations["check_override"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overrides/trial": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a rule on a shop's own facts.
         * @description The stored facts of the last days are counted twice, under what is in force and under the text,
         *     day by day and together. Nothing is changed.
         */
        post: operations["try_override"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How shops stand.
         * @description Each shop in reach with what waits and its metrics: today so far, and the period over which the
         *     platform publishes, each with the figure as the platform shows it now; the lines that it holds,
         *     with headroom, projection, band and consequences; who is at work. Counts equal a fresh count of
         *     the same facts, and lines those of `GET /v1/standing`. Changes come as events named `shop`.
         */
        get: operations["get_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Persons with an account in a shop in reach. */
        get: operations["list_persons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/persons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person. */
        get: operations["get_person"];
        /**
         * Say which accounts a person holds, in the place of all that was said before.
         * @description Every shop concerned, of before and of now, must be in reach.
         */
        put: operations["put_person"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The platforms of the catalogue. */
        get: operations["list_platforms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password by a link that an owner made, which is used up by it. The answer sets the
         *     session's cookie. There is no second factor then, until one is set anew.
         */
        post: operations["take_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue of metrics. */
        get: operations["list_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rules/{platform}/{metric}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One metric with its editions, sources, readings, standards and worked cases. */
        get: operations["get_rule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The shops in reach of which something is known. */
        get: operations["list_shops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shops/{platform}/{shop}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of a shop. */
        get: operations["get_shop"];
        /**
         * Say what is known of a shop, in the place of all that was said before.
         * @description A shop of a platform of which no rules are known is kept, and told by `notice`.
         */
        put: operations["put_shop"];
        post?: never;
        /** Forget what is known of a shop. Its facts stay. */
        delete: operations["remove_shop"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in: the answer sets the session's cookie.
         * @description Which of login, password and code was wrong is not said. After a few refusals the next try has
         *     to wait, by login and by address.
         */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out: the session ends, here or everywhere. */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign up by a link, which is used up by it. The answer sets the session's cookie. */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a shop stands.
         * @description Every standard of the shop's platform with the figure of its last check, what that means, which
         *     consequence runs until when, and how much room is left: as `yingda standing` says it over the
         *     same facts, the shop's entry, and the figures that were read off panels.
         */
        get: operations["list_standing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All tokens whose shops the caller reaches, revoked ones too. */
        get: operations["list_tokens"];
        put?: never;
        /**
         * Make a token.
         * @description Nobody gives more than they have. A token holds until it is revoked, whatever becomes of the
         *     user who made it.
         */
        post: operations["make_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token, at once and for good. Again does no harm. */
        delete: operations["revoke_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All users whose shops the caller reaches, disabled ones too. */
        get: operations["list_users"];
        put?: never;
        /**
         * Invite a user: makes a link that works once, for a day.
         * @description Nobody gives more than they have.
         */
        post: operations["invite_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what a user is, which shops they reach, and whether they may sign in.
         * @description It holds from their next request on. Nobody gives more than they have, nor changes who has
         *     more; the last owner who reaches every shop stays one.
         */
        patch: operations["change_user"];
        trace?: never;
    };
    "/v1/users/{number}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Help a user who lost the password or the second factor: makes a link that works once, for a
         *     day, by which they choose a new password.
         * @description Their password and their second factor hold no more from here on, and their sessions end.
         *     Nobody resets who has more than they have, nor themselves: one's own password is changed with
         *     `PUT /v1/me/password`, and an owner who is locked out is helped by another, or by
         *     `yingda user reset` on the server's machine.
         */
        post: operations["reset_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who waits.
         * @description Each buyer with an open question, the one first whose limit passes first. Changes come as
         *     events named `waiting` and `answered`.
         */
        get: operations["get_waiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account of a shop. */
        Account: {
            /** @description The account. */
            account: string;
            /**
             * Format: int32
             * @description How many conversations it holds; null: not known, or the source does not tell when they
             *     end.
             */
            open?: number | null;
            /** @description Who holds it today; null: nobody is known to. */
            person?: string | null;
            /** @description The platform of the shop. */
            platform: string;
            /** @description `online`, `busy`, `away` or `offline`; null: not known. */
            presence?: string | null;
            /** @description The shop. */
            shop: string;
            /**
             * Format: date-time
             * @description Since when; null: not known.
             */
            since?: string | null;
        };
        /** @description An account of a shop, and whether it is at work. */
        AccountNow: {
            /** @description The account. */
            account: string;
            /**
             * Format: int32
             * @description How many conversations it holds; absent: the source does not tell when they end.
             */
            open?: number | null;
            /** @description `online`, `busy`, `away` or `offline`. */
            presence: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
        };
        /** @description An account's figure as the platform shows it, where accounts are shown at paces of their own. */
        AccountShown: components["schemas"]["ShownNow"] & {
            /** @description The account. */
            account: string;
            /** @description Its grade; absent: it is not registered. */
            grade?: string | null;
        };
        /** @description What an alert says, as the log keeps it. */
        AlertAbout: {
            /**
             * Format: int64
             * @description Until when it is held, in milliseconds since 1970; absent: it is not.
             */
            held_until?: number | null;
            line?: components["schemas"]["AlertLine"] | null;
            longest?: components["schemas"]["AlertLongest"] | null;
            /** @description Who is told. */
            to: components["schemas"]["NamedTo"];
            /**
             * Format: int32
             * @description How many buyers wait; absent: it is over, or not told yet.
             */
            waiting?: number | null;
        };
        /** @description One step of an alert and what became of it. */
        AlertItem: {
            about?: components["schemas"]["AlertAbout"] | null;
            /** @description The alert: the same from its first step to its last. */
            alert: string;
            /**
             * Format: date-time
             * @description When it was decided.
             */
            at: string;
            /** @description Why it failed, in the caller's language; absent: it did not. */
            failed?: string | null;
            /** @description The platform. */
            platform: string;
            /** @description Why. */
            reason: string;
            /** @description The shop. */
            shop: string;
            /**
             * @description What became of it: `noted`, `claimed`, `sent`, `counted` (the next message says how many
             *     more there were), `failed`.
             */
            state: string;
            /** @description The step, with its channel; `log`: it was sent nowhere. */
            step: string;
        };
        /** @description A line of which an alert tells. */
        AlertLine: {
            /** @description The consequence, in one word; absent: it is not about one. */
            consequence?: string | null;
            /** @description The consequence in Chinese and in English. */
            consequence_names?: string[] | null;
            /** @description Its name in English. */
            en: string;
            /** @description What is told. */
            event: components["schemas"]["LineEvent"];
            /** @description The metric. */
            metric: string;
            /**
             * Format: int64
             * @description How many more may be missed; absent: it is not about that.
             */
            misses?: number | null;
            /**
             * Format: int64
             * @description How many samples are open; absent: it is not about that.
             */
            pending?: number | null;
            /** @description Its first day. */
            since?: string | null;
            /** @description The standard within the metric. */
            standard: string;
            /** @description Its last day; absent: it is open. */
            until?: string | null;
            /** @description Its name in Chinese. */
            zh: string;
        };
        /** @description The longest wait of an alert. */
        AlertLongest: {
            /** @description The account in charge; empty: none is known. */
            account: string;
            /**
             * Format: int64
             * @description When the threshold was reached, in milliseconds since 1970.
             */
            due: number;
            /** @description Its edition. */
            edition: string;
            /** @description Whether it was the limit, and not a warning. */
            is_limit: boolean;
            /** @description The metric whose threshold was reached. */
            metric: string;
            /**
             * Format: int64
             * @description Since when the buyer waits, in milliseconds since 1970.
             */
            since: number;
            /**
             * Format: int64
             * @description The thread.
             */
            thread: number;
        };
        /**
         * @description How people are told of buyers who wait. The default: the usual ladder, told to nobody but those
         *     who listen to events.
         */
        AlertSettings: {
            /** @description Ways to people. */
            channels?: components["schemas"]["ChannelSettings"][];
            /** @description Ladders. Of those for a shop the first holds; the usual one where there is none. */
            ladders?: components["schemas"]["Ladder"][];
            /**
             * @description How people are told of lines. Of those for a shop the first holds; where there is none,
             *     everything is told to the supervisors, and five misses are few.
             */
            lines?: components["schemas"]["LineAlerts"][];
            /**
             * @description When one is warned under a rule, each rule once. Where it is not said: at 100 seconds, as
             *     千牛 warns, and at half the limit where the limit is 100 seconds or less.
             */
            warnings?: components["schemas"]["RuleWarning"][];
        };
        /** @description What a figure would be under an answer, all else as in the best candidate. */
        AnswerCount: components["schemas"]["CandidateCount"] & {
            /** @description The answer. */
            answer: string;
            /** @description The question. */
            reading: string;
        };
        /** @description What became of an answer. */
        AnswerState: {
            /** @description The answer. */
            answer: string;
            /**
             * @description `confirmed`, `undecided`, `refuted`; where no candidate reproduces every figure `leading`
             *     or `behind`.
             */
            state: string;
            /** @description The state in the caller's language. */
            state_text: string;
        };
        /** @description A line of the audit log. */
        AuditLine: {
            /** @description When. */
            at: components["schemas"]["Instant"];
            /** @description The value after; null: there is none. */
            becomes?: string | null;
            /**
             * Format: int64
             * @description Its number; later lines have greater ones.
             */
            number: number;
            /** @description The platform of the shop concerned; null: none. */
            platform?: string | null;
            /** @description The shop concerned; null: none. */
            shop?: string | null;
            /** @description What it was done to; null: nothing that has a name. A buyer is named by their pseudonym. */
            subject?: string | null;
            /** @description The value before; null: there was none. */
            was?: string | null;
            /** @description What was done. */
            what: string;
            /** @description Who: `user 3`, `token 5`, or `engine` for the server and the machine's own terminal. */
            who: string;
        };
        /** @description One setting of a rule. */
        Axis: {
            /** @description Its key in the rule language. */
            key: string;
            /** @description Its value. */
            value: string;
        };
        /** @description What an answer changes. */
        AxisChange: {
            /** @description The key. */
            key: string;
            /** @description Its value; null: none. */
            value?: string | null;
        };
        /** @description A bad day, and when it leaves the window. */
        BadDay: {
            /** @description The day. */
            day: string;
            /** @description The check from which on it counts no more. */
            leaves: string;
            value?: components["schemas"]["Shown"] | null;
        };
        /** @description Lowest and highest value over the readings that are still open, or of what a panel prints so. */
        Band: {
            /** @description The highest. */
            high: components["schemas"]["Shown"];
            /** @description The lowest. */
            low: components["schemas"]["Shown"];
        };
        /** @description Two values. */
        BandNow: {
            /** @description The highest. */
            high: components["schemas"]["ValueNow"];
            /** @description The lowest. */
            low: components["schemas"]["ValueNow"];
        };
        /** @description The candidate that reproduces the most figures, the one that is most like our own rule. */
        BestCandidate: {
            /** @description Its edition, or those of its days, joined by `+`. */
            edition: string;
            /** @description Whether these are the editions in force. */
            in_force: boolean;
            /** @description Its answer to each open reading. */
            readings: {
                [key: string]: string;
            };
            /** @description Those that are not our own, as `R6=drop`. */
            unusual: string[];
        };
        /** @description A metric and what its figures say. */
        CalibratedMetric: {
            /** @description The best candidate. */
            best: components["schemas"]["BestCandidate"];
            /** @description How many candidates were counted. */
            candidates: number;
            /** @description How many figures were compared. */
            compared: number;
            /** @description The figures, the newest first. */
            figures: components["schemas"]["ComparedFigure"][];
            /** @description How many come as near as the best. */
            leading: number;
            /** @description How many older figures were left out: at most 93 of a metric are compared. */
            left_out: number;
            /** @description The metric. */
            metric: string;
            /** @description How many more there are. */
            more_rounds: number;
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description How many there would be without a limit. */
            possible: number;
            /** @description The editions, where there are several, and the readings that are open in those that lead. */
            readings: components["schemas"]["CalibratedReading"][];
            /** @description How many the best candidate reproduces. */
            reproduced: number;
            /** @description How many candidates reproduce every figure. */
            reproducing: number;
            /** @description Rounds that would tell apart what the figures do not; null: the caller may not see rounds. */
            rounds?: components["schemas"]["TellingRound"][] | null;
            /** @description The result in sentences, in the caller's language. */
            sentences: string[];
        };
        /** @description What is known of one question now. */
        CalibratedReading: {
            /** @description Its answers, ours first. */
            answers: components["schemas"]["AnswerState"][];
            /** @description The question, in the caller's language; null: it is about editions. */
            question?: string | null;
            /** @description `edition`, or a reading. */
            reading: string;
        };
        /** @description A calibration. */
        Calibration: {
            /** @description The metrics that were compared. */
            items: components["schemas"]["CalibratedMetric"][];
            /** @description Metrics without a figure that was compared. */
            never: string[];
            /** @description Always null: a platform has few metrics. */
            next?: string | null;
            /** @description The figures that were not. */
            uncompared: components["schemas"]["UncomparedFigure"][];
        };
        /** @description What a candidate counts for a figure. */
        CandidateCount: {
            /** @description Whether it prints as the panel did, with the panel's samples where it says them. */
            is_reproduced: boolean;
            ratio?: components["schemas"]["Ratio"] | null;
            /**
             * Format: int64
             * @description Hits and misses together.
             */
            samples: number;
            /** @description The value as it is printed; null: there is none, as without samples. */
            value?: string | null;
        };
        /**
         * @description What a channel is.
         * @enum {string}
         */
        ChannelKind: "ding_talk" | "feishu" | "we_com" | "mail" | "webhook";
        /** @description A way to people. */
        ChannelSettings: {
            /** @description A word that every message must hold; empty: none. */
            keyword?: string;
            /** @description What it is. */
            kind: components["schemas"]["ChannelKind"];
            /** @description The languages of its messages. */
            languages?: components["schemas"]["Tongues"];
            mail?: components["schemas"]["MailAccount"] | null;
            /** @description Accounts and the ids under which the channel knows who holds them. */
            mentions?: {
                [key: string]: string;
            };
            /** @description What people call it; each channel another. */
            name: string;
            /** @description The signing secret; empty: none. Shown as `***`. */
            secret?: string;
            /** @description Of which shops; absent: of all. */
            shops?: components["schemas"]["ShopName"][] | null;
            /** @description Whether buyers' names are shown. Messages of today name none. */
            shows_buyers?: boolean;
            /** @description Which alerts it tells, by who is told; empty: all. */
            to?: components["schemas"]["WhoIsTold"][];
            /** @description The robot's or hook's whole address. It holds a token: shown as `***`. */
            url?: string;
        };
        /** @description What became of a test message. */
        ChannelTested: {
            /** @description Whether the other side took it. */
            is_sent: boolean;
            /** @description Why not, in the caller's language; absent: it was taken. */
            reason?: string | null;
        };
        /** @description Chatwoot: a webhook. Secrets are shown as `***`. */
        ChatwootSettings: {
            /** @description The addresses that unsigned events may come from. */
            addresses?: string[];
            /** @description The webhook's secret; absent: events are known by the addresses that they come from. */
            secret?: string | null;
            /** @description The shop's id in facts; absent: the inbox. */
            shop?: string | null;
        };
        /** @description A time in which the shop was closed. */
        Closed: {
            /** @description The first instant of it. */
            from: components["schemas"]["Instant"];
            /** @description The first instant after it. */
            until: components["schemas"]["Instant"];
        };
        /** @description A figure that was compared. */
        ComparedFigure: components["schemas"]["PanelFigure"] & {
            /** @description The same under each answer to each question. */
            answers: components["schemas"]["AnswerCount"][];
            /** @description What the best candidate counts. */
            best: components["schemas"]["CandidateCount"];
            /** @description How many candidates reproduce it. */
            fitting: number;
        };
        /** @description A figure beside that of earlier days. */
        Comparison: {
            difference?: components["schemas"]["Difference"] | null;
            earlier?: components["schemas"]["Figure"] | null;
            earlier_days?: components["schemas"]["DaysKnown"] | null;
            /** @description The first of the earlier days; null: there is no figure to go back from. */
            from?: string | null;
            later?: components["schemas"]["Figure"] | null;
            later_days?: components["schemas"]["DaysKnown"] | null;
            /** @description The last one. */
            to?: string | null;
        };
        /** @description A connector as it stands. */
        ConnectorNow: {
            /**
             * Format: int64
             * @description Facts that it brought since the server's start and that were new.
             */
            accepted: number;
            last_problem?: components["schemas"]["ConnectorProblem"] | null;
            /**
             * Format: date-time
             * @description When it succeeded last, with or without facts; null: not since the server's start.
             */
            last_success_at?: string | null;
            /** @description What it is called; its feeds too. */
            name: string;
            /**
             * Format: int64
             * @description Rows that are no facts; the log says why.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Facts that it brought and that were known.
             */
            repeats: number;
            /** @description What it was told, secrets as `***`. */
            settings: components["schemas"]["ConnectorSettings"];
            /** @description `working`; `waiting`: it failed and tries again; `stopped`: a person has to do something. */
            state: string;
        };
        /** @description What went wrong with a connector. */
        ConnectorProblem: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What happened and what to do, in English. */
            en: string;
            /** @description The same in Chinese. */
            zh: string;
        };
        /** @description What a connector is told. */
        ConnectorSettings: (components["schemas"]["JdSettings"] & {
            /** @enum {string} */
            kind: "jd";
        }) | (components["schemas"]["WecomSettings"] & {
            /** @enum {string} */
            kind: "wecom";
        }) | (components["schemas"]["ChatwootSettings"] & {
            /** @enum {string} */
            kind: "chatwoot";
        });
        /** @description A consequence. */
        Consequence: {
            lifted_by?: components["schemas"]["Lift"] | null;
            /** @description Whether the platform may, rather than does. */
            may: boolean;
            points?: components["schemas"]["Points"] | null;
            /** @description Its first day. */
            since: string;
            /** @description Its last day; null: it is open. */
            until?: string | null;
            /** @description What it is, in one word. */
            what: string;
            /** @description A fine from one amount to another; null: none. */
            yuan?: number[] | null;
        };
        /** @description A consequence that stands or will. */
        ConsequenceNow: {
            /** @description Whether the platform may, rather than does. */
            may: boolean;
            /**
             * Format: int32
             * @description How many of them there were.
             */
            passed?: number | null;
            /**
             * Format: int32
             * @description How many checks in a row lift it; null: time alone, or nothing.
             */
            passes?: number | null;
            /** @description Its first day. */
            since: string;
            /** @description Its last day; null: it is open. */
            until?: string | null;
            /** @description What it is, in one word. */
            what: string;
        };
        /** @description Samples of some local days, added up. */
        Count: {
            /** @description Samples that are outside both, by reason. */
            dropped: {
                [key: string]: number;
            };
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            /**
             * Format: int64
             * @description Samples answered in time.
             */
            hits: number;
            /**
             * Format: int64
             * @description Samples answered late or never.
             */
            misses: number;
            /**
             * Format: int64
             * @description Open samples that are neither yet.
             */
            pending: number;
            /**
             * Format: date
             * @description The last day, included.
             */
            to: string;
            /**
             * Format: int64
             * @description The part of the misses that nobody answered.
             */
            unanswered: number;
            value?: components["schemas"]["ValueNow"] | null;
            /**
             * Format: int64
             * @description Sum of the waits of hits and misses, in milliseconds.
             */
            wait_ms: number;
        };
        /** @description So many of a kind. */
        CountOf: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description What. */
            what: string;
        };
        /** Format: date */
        Day: string;
        /** @description Of how many days of a period something is known. */
        DaysKnown: {
            /**
             * Format: int32
             * @description How many days the period has.
             */
            days: number;
            /**
             * Format: int32
             * @description How many of them lie between the shop's first and last fact.
             */
            known: number;
        };
        /** @description How the later figure differs from the earlier one. */
        Difference: {
            /** @description `greater`, `same` or `less`; null: one of the two has no value. */
            order?: string | null;
            /**
             * @description The difference of the exact values as it is printed: `+2.41 points`; null: one of the two
             *     has no value.
             */
            value?: string | null;
            /** @description The difference in value and samples, in a sentence in the caller's language. */
            words: string;
        };
        /** @description What the checker says of a draft. */
        DraftChecked: {
            /** @description All that is wrong, in the order of the text; none: it is a rule. */
            faults: components["schemas"]["DraftFault"][];
            /** @description What the rule says today; none where it is no rule, or not in force. */
            words: string[];
        };
        /** @description One thing that is wrong with a draft. */
        DraftFault: {
            /**
             * Format: int64
             * @description The byte of the line, from 1.
             */
            byte: number;
            /**
             * Format: int64
             * @description How many bytes are at fault, on one line or on several; 0: something is missing there.
             */
            bytes: number;
            /** @description A stable code. */
            code: string;
            /**
             * Format: int64
             * @description The line, from 1.
             */
            line: number;
            /** @description What was found, what was expected, what to do, in the caller's language. */
            message: string;
        };
        /** @description A dated version of a rule. */
        Edition: {
            /** @description When the platform announced it; null: not documented. */
            announced?: string | null;
            /** @description Whether only articles claim it: counted on request alone. */
            as_told: boolean;
            /** @description How sure it is. */
            confidence: string;
            /** @description The same in the caller's language. */
            confidence_text: string;
            /** @description When its text took effect; null: not documented. */
            effective?: string | null;
            /** @description When consequences began; null: not documented. */
            enforced?: string | null;
            /** @description The first data day; null: not documented, or counted on request alone. */
            from?: string | null;
            /** @description Its id. */
            id: string;
            /** @description What a reader should know; null: nothing. */
            note?: string | null;
            /** @description Those that are open. */
            open: components["schemas"]["OpenReading"][];
            /** @description All readings it rests on. */
            readings: string[];
            /** @description The revision of its rule. */
            revision: string;
            /** @description Its settings, in the order of the language. */
            rule: components["schemas"]["Axis"][];
            /** @description What it rests on. */
            sources: components["schemas"]["Source"][];
            /** @description The same in words, part by part, in the caller's language. */
            words: components["schemas"]["RuleWords"][];
        };
        /** @enum {string} */
        Every: "everything";
        /** @description All facts of a buyer under one edition. */
        EveryFact: {
            /** @description The buyer. */
            buyer: string;
            /** @description The edition. */
            edition: string;
            /** @description Their facts, in order. */
            facts: components["schemas"]["ExplainedFact"][];
        };
        /** @description A fact, and what became of it. */
        ExplainedFact: {
            /** @description The account concerned; empty: none. */
            account: string;
            /** @description When it happened. */
            at: string;
            /** @description Who wrote, of messages. */
            author?: string | null;
            /** @description The clause of the rule by which it was used or set aside. */
            clause: string;
            /** @description What happened, as `message`. */
            fact: string;
            /** @description The account that passed on, of transfers; empty: none. */
            from_account: string;
            /** @description The message's id; null: it has none. */
            id?: string | null;
            /** @description What became of it, in one word. */
            note: string;
            /** @description The same in the caller's language. */
            note_text: string;
            /** @description The reading behind the clause; null: there is none. */
            reading?: string | null;
            /**
             * Format: int32
             * @description Stars of a rating; null: it is none.
             */
            stars?: number | null;
            /** @description What was written; null: not asked for, not stored, or forgotten. */
            text?: string | null;
        };
        /** @description The figure that the samples make, whatever their verdict. */
        ExplainedFigure: {
            /**
             * Format: int64
             * @description Samples outside both sides.
             */
            dropped: number;
            /**
             * Format: int64
             * @description Null for means, which have no limit.
             */
            hits?: number | null;
            /**
             * Format: int64
             * @description Null for means, which have no limit.
             */
            misses?: number | null;
            /**
             * Format: int64
             * @description Samples that are still open.
             */
            pending: number;
            ratio?: components["schemas"]["Ratio"] | null;
            /**
             * Format: int64
             * @description Hits and misses together.
             */
            samples: number;
            /**
             * Format: int64
             * @description Samples that were never answered.
             */
            unanswered: number;
            /** @description As it is printed; null: there is none. */
            value?: string | null;
        };
        /** @description A page of samples. */
        Explanations: {
            /** @description Every fact of the buyer, on the first page, where `buyer` or `id` is given; else empty. */
            every_fact: components["schemas"]["EveryFact"][];
            /** @description The figure that all of them make. */
            figure: components["schemas"]["ExplainedFigure"];
            /** @description By their opening. */
            items: components["schemas"]["Sample"][];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
            /** @description What was left out and why, in the caller's language. */
            notices: string[];
        };
        /** @description One row of the canonical log: one thing that happened. */
        Fact: {
            account?: string;
            amount?: string;
            at: string;
            /** @enum {string} */
            author?: "buyer" | "agent" | "assist" | "bot" | "auto" | "system" | "staff" | "merchant";
            buyer?: string;
            conversation?: string;
            /** @enum {string} */
            fact?: "message" | "to-human" | "queued" | "assigned" | "transferred" | "left-message" | "closed" | "rating-sent" | "rated" | "recalled" | "reported" | "report-upheld" | "flagged" | "no-reply-needed" | "online" | "busy" | "away" | "offline" | "ordered" | "paid" | "shipped" | "refund-asked" | "refunded" | "reviewed" | "violation" | "observed";
            from_account?: string;
            id?: string;
            /** @enum {string} */
            kind?: "text" | "image" | "voice" | "video" | "emoji" | "file" | "product-card" | "order-card" | "red-packet" | "link" | "other";
            platform: string;
            ref?: string;
            seen_at?: string;
            seq?: number;
            shop: string;
            stars?: number;
            text?: string;
            value?: string;
        };
        /** @description The answer to a body that could be read. The three counts add up to the rows. */
        FactsAnswer: {
            /**
             * Format: int64
             * @description Rows that are facts now, and durable.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Rows that were facts already.
             */
            duplicate: number;
            /**
             * Format: int64
             * @description Rows that are no facts.
             */
            rejected: number;
            /** @description Each row, in the order sent. */
            rows: components["schemas"]["RowAnswer"][];
            /** @description Keys that are no columns, each once, twenty at most. */
            unknown_keys: components["schemas"]["UnknownKey"][];
            /** @description Platforms of which no rules are known, each once, twenty at most. */
            unknown_platforms: components["schemas"]["UnknownPlatform"][];
        };
        /** @description One thing that is wrong with a text within the body. */
        Fault: {
            /**
             * Format: int64
             * @description The byte of the line, from 1.
             */
            byte: number;
            /** @description A stable code. */
            code: string;
            /**
             * Format: int64
             * @description The line of the text, from 1.
             */
            line: number;
            /** @description What was found, what was expected, what to do. */
            message: string;
        };
        /**
         * @description What a figure rests on: the best of the shop's feeds that it can rest on, and of those that are
         *     as good the one heard last.
         */
        Fed: components["schemas"]["FeedAge"] & {
            /** @description What the feed is called. */
            feed: string;
            /** @description `live`, `daily` or `panel`. */
            grade: string;
            /**
             * Format: date-time
             * @description When the newest fact happened that it gave; null: it gave none.
             */
            last_fact_at?: string | null;
            /**
             * Format: date-time
             * @description When it was heard last; null: never.
             */
            last_heard_at?: string | null;
        };
        /** @description How old a feed is. Of an instant that is ahead of the server's clock the age is 0. */
        FeedAge: {
            /**
             * Format: int64
             * @description Milliseconds since it was heard last, with or without a fact; null: it never was.
             */
            age_ms?: number | null;
            /**
             * Format: int64
             * @description Milliseconds since the newest fact happened that it gave: how far it lies behind where
             *     something happens all the time; null: it gave none.
             */
            behind_ms?: number | null;
        };
        /** @description A feed of a shop as it stands. */
        FeedNow: {
            /** @description What it is called: who sends. */
            feed: string;
            /** @description `live`, `daily` or `panel`. */
            grade: string;
            /**
             * Format: date-time
             * @description When the newest fact happened that it gave; absent: it gave none.
             */
            last_fact_at?: string | null;
            /**
             * Format: date-time
             * @description When it was heard last; absent: never.
             */
            last_heard_at?: string | null;
        };
        /** @description A figure. Counts are those under our own readings, or those that were asked for. */
        Figure: {
            /** @description The account, empty: the shop itself; null: accounts are not kept apart. */
            account?: string | null;
            band?: components["schemas"]["Band"] | null;
            /** @description `official`, `reposted`, `article` or `reading`: that of the least sure edition. */
            confidence: string;
            /** @description Samples outside both sides, by reason. */
            dropped: {
                [key: string]: number;
            };
            /** @description The editions that bear on its days. */
            editions: string[];
            fed?: components["schemas"]["Fed"] | null;
            forecast?: components["schemas"]["ForecastNow"] | null;
            /** @description The first local day. */
            from: string;
            /**
             * Format: int64
             * @description Null for means, which have no limit.
             */
            hits?: number | null;
            /**
             * Format: int32
             * @description The local hour in which samples open; null: hours are not kept apart.
             */
            hour?: number | null;
            /** @description The metric. */
            metric: string;
            /**
             * Format: int64
             * @description Null for means, which have no limit.
             */
            misses?: number | null;
            /** @description Its name, in the caller's language. */
            name: string;
            /**
             * Format: int64
             * @description Samples that are still open: outside both sides.
             */
            pending: number;
            percentiles_ms?: components["schemas"]["Percentiles"] | null;
            /** @description The platform. */
            platform: string;
            ratio?: components["schemas"]["Ratio"] | null;
            /** @description The readings it rests on, those answered otherwise as `R6=drop`. */
            readings: string[];
            /** @description The revisions of their rules, joined by `+`. */
            revision: string;
            /**
             * Format: int64
             * @description Hits and misses together.
             */
            samples: number;
            /** @description The shop. */
            shop: string;
            shown?: components["schemas"]["ShownNow"] | null;
            /** @description The last local day, included. */
            to: string;
            /**
             * Format: int64
             * @description Samples that were never answered; where these are misses they are among them.
             */
            unanswered: number;
            /** @description The value as it is printed; null: there is none, as without samples. */
            value?: string | null;
            /**
             * Format: int64
             * @description The waits as counted, together, in milliseconds.
             */
            wait_ms: number;
            waits?: components["schemas"]["Waits"] | null;
            /**
             * Format: int32
             * @description The day of the week of the days that samples count for, 0 for Monday to 6 for Sunday;
             *     null: days of the week are not kept apart.
             */
            weekday?: number | null;
        };
        /** @description A page of figures. */
        Figures: {
            /** @description By metric, day, day of the week, hour and account. */
            items: components["schemas"]["Figure"][];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
            /** @description What was left out and why, in the caller's language. */
            notices: string[];
        };
        /** @description One of the first facts. */
        FirstFact: {
            /** @description The account; empty: none. */
            account: string;
            /** @description When it happened. */
            at: components["schemas"]["Instant"];
            /** @description The buyer; empty: it concerns none. */
            buyer: string;
            /**
             * Format: int64
             * @description The line, from 1.
             */
            line: number;
            /** @description The platform. */
            platform: string;
            /** @description The shop. */
            shop: string;
            /** @description How the text begins; null: the caller may not read texts. */
            text?: string | null;
            /** @description Who wrote, or what happened, in the caller's language. */
            what: string;
        };
        /** @description Where today's figure closes when the rest of the day is like the rest of recent days. */
        ForecastNow: {
            /**
             * Format: int32
             * @description On how many recent days with samples it rests: 7 to 14.
             */
            days: number;
            /** @description One in ten would close higher. */
            high: components["schemas"]["ValueNow"];
            /** @description One recent day in ten would close lower. */
            low: components["schemas"]["ValueNow"];
            /** @description Half of them would close lower, half higher. */
            middle: components["schemas"]["ValueNow"];
        };
        /** @enum {string} */
        Grant: "feed" | "read" | "texts" | "settings" | "manage";
        /** @description How much room is left in the window to date. */
        Headroom: {
            /** @description Whether the window has closed: of the present one nothing is known. */
            closed: boolean;
            /** @description The first day of the window. */
            from: string;
            /**
             * Format: int64
             * @description How many hits in a row restore it; null: it passes, or none do.
             */
            hits?: number | null;
            /**
             * Format: int64
             * @description How many more may be missed; null: it fails, or any number may.
             */
            misses?: number | null;
            /** @description Whether no run of hits restores it in this window. */
            never: boolean;
            /**
             * Format: int64
             * @description Samples so far.
             */
            samples: number;
            /** @description Its last day. */
            to: string;
            /** @description Whether any number may be missed. */
            unlimited: boolean;
            /**
             * Format: int64
             * @description How many more samples it takes to be assessed.
             */
            until_assessed: number;
        };
        /** @description An account that a person holds for some time. */
        Holding: {
            /** @description The account. */
            account: string;
            from?: components["schemas"]["Day"] | null;
            /** @description The platform of the shop. */
            platform: string;
            /** @description The shop. */
            shop: string;
            until?: components["schemas"]["Day"] | null;
        };
        /** @description A file that somebody sent, and how far it has come with it. */
        Import: {
            /**
             * Format: int64
             * @description Rows that are facts now, and durable.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Its size.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Rows that were facts already.
             */
            duplicate: number;
            /** @description Its id. */
            id: string;
            /** @description What it is called. */
            name: string;
            /** @description Why it ended early, in the caller's language; null: it did not. */
            problem?: string | null;
            /**
             * Format: int64
             * @description Bytes of it that were read.
             */
            read: number;
            /**
             * Format: int64
             * @description Rows that are no facts.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Rows seen so far.
             */
            rows: number;
            /** @description Its SHA-256, in hexadecimal. */
            sha256: string;
            /** @description `waiting`, `running`, `done`, `failed`. */
            state: string;
        };
        /** @description A file, or a sheet of a workbook. */
        ImportPart: {
            /** @description Its encoding; `xlsx` for a workbook; null: it is not asked for. */
            encoding?: string | null;
            /**
             * Format: int64
             * @description The line of its header, from 1; null: it has none.
             */
            header?: number | null;
            /** @description The columns that are used. */
            matched: components["schemas"]["MatchedColumn"][];
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Its rows.
             */
            rows: number;
            /** @description Those that are not. */
            unused: string[];
        };
        /** @description What a file becomes under a profile. */
        ImportPreview: {
            /**
             * Format: int64
             * @description Rows that are facts, repeats among them.
             */
            facts: number;
            /** @description The first facts. */
            first: components["schemas"]["FirstFact"][];
            /** @description Whether rows become facts; where something must be set first, once it is. */
            fits: boolean;
            /** @description Facts by author, and other facts. */
            kinds: components["schemas"]["CountOf"][];
            /** @description What must be set first, as `shop`, and stands as `?` in what follows; none: nothing. */
            needs: string[];
            /** @description The file, or the sheets of a workbook; twenty at most. */
            parts: components["schemas"]["ImportPart"][];
            /** @description Why it cannot be read so, in the caller's language; null: it can. */
            problem?: string | null;
            /** @description The profile's name; `own`: that of the request. */
            profile: string;
            /** @description Rejected rows by reason. */
            reasons: components["schemas"]["CountOf"][];
            /**
             * Format: int64
             * @description Rows that are not.
             */
            rejected: number;
            /** @description The first rejected rows. */
            rejects: components["schemas"]["RejectedRow"][];
            /**
             * Format: int64
             * @description Rows seen.
             */
            rows: number;
            /** @description Facts by shop, as `taobao/s1`; a hundred at most. */
            shops: components["schemas"]["CountOf"][];
            /** @description What it is for, in the caller's language. */
            title: string;
            /** @description What its owner should know, in the caller's language. */
            warnings: string[];
        };
        /** @description The first rows as they are, and what they become. */
        ImportPreviews: {
            /** @description The encoding; `xlsx` for a workbook; null: it is no text and no workbook. */
            encoding?: string | null;
            /** @description Whether the rows are objects of JSON; then the first row has their keys. */
            is_json: boolean;
            /** @description By profile, those that fit first, those that make more facts first. */
            items: components["schemas"]["ImportPreview"][];
            /** @description The first rows as they are, cut in length; none where the caller may not read texts. */
            rows: string[][];
        };
        /** @description How a file is read. */
        ImportReading: {
            /**
             * @description A shipped profile by its name, or `canonical`: the columns of the canonical log.
             * @default null
             */
            profile?: string | null;
            /**
             * @description What is set beside it: `platform`, `shop`, `seller`, `zone`, `encoding` and the like.
             * @default {}
             */
            set?: {
                [key: string]: string;
            };
            /**
             * @description A profile as TOML, in its place.
             * @default null
             */
            text?: string | null;
        };
        /** @description One of several samples that make up a grouped one. */
        InnerSample: {
            /** @description Whose it is; empty: the shop's. */
            account: string;
            /** @description The clause that judged it. */
            clause: string;
            /** @description When it ended; null: it has not. */
            ended_at?: string | null;
            /** @description How it ended. */
            ending: string;
            /** @description When its clock began. */
            opened_at: string;
            /** @description Why it is outside both sides; null: it is not. */
            reason?: string | null;
            /** @description `hit`, `miss`, `pending` or `dropped`. */
            verdict: string;
            /**
             * Format: int64
             * @description The wait as counted.
             */
            wait_ms: number;
            /** @description Why it has its verdict, in the caller's language. */
            why: string;
        };
        /** Format: date-time */
        Instant: string;
        /** @description What a new user will be. */
        Invitation: {
            /** @description Which shops they will reach. */
            reach: components["schemas"]["Reach"];
            /** @description What they will be. */
            role: components["schemas"]["Role"];
        };
        /** @description A link by which one new user signs up, once. It is shown here alone. */
        InvitationLink: {
            /** @description Until when it works. */
            expires_at: components["schemas"]["Instant"];
            /** @description The secret of the link, for `POST /v1/sign-up`. */
            secret: components["schemas"]["Secret"];
            /** @description Where to sign up. Where the server was not told its own address, the path alone. */
            url: components["schemas"]["Secret"];
        };
        /** @description JD: an application that a shop has authorised. Secrets are shown as `***`. */
        JdSettings: {
            /** @description The token of the shop's authorisation. */
            access_token: string;
            /** @description The application's key. */
            app_key: string;
            /** @description The application's secret. */
            app_secret: string;
            /** @description Where JD's interfaces lie; absent: at JD. */
            base?: string | null;
            /**
             * Format: int32
             * @description How many days back the first call begins: 0 to 90, usually 1.
             */
            days_back?: number;
            /**
             * Format: int32
             * @description How often it is asked, in seconds: 1 to 86400, usually 300.
             */
            every_seconds?: number;
            /**
             * Format: int32
             * @description How far each window reaches back, in minutes: 1 to 10080, usually 120. A session that stays
             *     open for longer loses its end.
             */
            look_back_minutes?: number;
            /**
             * @description Sessions and chat logs are asked for one by one, where `dongdong-chat-details` is not
             *     allowed.
             */
            one_by_one?: boolean;
            /** @description Also what JD says of the waiters, once a day. */
            performance?: boolean;
            /** @description The token that renews it; absent: a person authorises again. */
            refresh_token?: string | null;
            /** @description The shop's id in facts. */
            shop: string;
            /** @description The shop's number at JD (`venderId`). */
            vender: string;
        };
        /** @description The steps by which people are told. */
        Ladder: {
            /**
             * Format: int32
             * @description For how many seconds an alert waits for others to join it: 0 to 300.
             */
            merge_seconds?: number;
            quiet?: components["schemas"]["QuietHours"] | null;
            /** @description The steps. */
            rungs: components["schemas"]["LadderRung"][];
            /** @description For which shops; absent: for all. */
            shops?: components["schemas"]["ShopName"][] | null;
        };
        /** @description A step of a ladder. */
        LadderRung: {
            /**
             * Format: int32
             * @description How many seconds after that the buyer must still wait: 0 to 86400.
             */
            after_seconds?: number;
            /** @description What leads to it. */
            on: components["schemas"]["On"];
            /** @description Who is told. */
            to: components["schemas"]["WhoIsTold"];
        };
        /** @description A seller level from a day on. */
        Level: {
            from?: components["schemas"]["Day"] | null;
            /**
             * Format: int64
             * @description The level.
             */
            level: number;
        };
        /** @description Checks in a row that lift a consequence. */
        Lift: {
            /** @description The line they must hold, where it is another. */
            line?: string | null;
            /**
             * Format: int32
             * @description How many must pass.
             */
            passes: number;
            /**
             * Format: int32
             * @description How many have.
             */
            so_far: number;
        };
        /** @description How people are told of how shops stand under the lines of their platform. */
        LineAlerts: {
            /**
             * Format: int64
             * @description So many further misses or fewer are few: 0 to 1000000.
             */
            few?: number;
            /** @description For which shops; absent: for all. */
            shops?: components["schemas"]["ShopName"][] | null;
            /** @description What is told; absent: everything. Empty: nothing. */
            tells?: components["schemas"]["LineEvent"][] | null;
            /** @description Who is told; supervisors where it says the account. */
            to?: components["schemas"]["WhoIsTold"];
        };
        /**
         * @description What is told of a line.
         * @enum {string}
         */
        LineEvent: "about_to_fall" | "fallen" | "recovered" | "headroom_low" | "begins" | "lifted";
        /** @description A new token. It is shown here alone. */
        MadeToken: {
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description What to send as `Authorization: Bearer yd_…`. */
            token: components["schemas"]["Secret"];
        };
        /** @description A mail account to send from, and whom to send to. */
        MailAccount: {
            /** @description The sender. */
            from: string;
            /** @description The mail server's name. */
            host: string;
            /**
             * Format: int32
             * @description Its port; with 465 all is encrypted from the start, with others after asking for it.
             */
            port: number;
            /** @description The receivers. */
            to: string[];
            /** @description The user; empty: nobody is asked for. */
            user?: string;
        };
        /** @description A column that is used, with what it is used as. */
        MatchedColumn: {
            /** @description The column as the file calls it. */
            column: string;
            /** @description What it is used as. */
            target: string;
        };
        /** @description Who calls, and what they may do with which shops. */
        Me: {
            /** @description What may be done with them. */
            permissions: components["schemas"]["Permission"][];
            /** @description Which shops are in reach. */
            reach: components["schemas"]["Reach"];
            user?: components["schemas"]["User"] | null;
            /** @description Who: `user 3`, `token 5`. */
            who: string;
        };
        /** @description A metric of a shop as it stands now. */
        MetricNow: {
            /** @description Those of accounts, where accounts are shown at paces of their own. */
            accounts_shown?: components["schemas"]["AccountShown"][];
            /** @description The edition in force today. */
            edition: string;
            /** @description What its value is: `share`, `miss-share`, `mean` and so on. */
            figure: string;
            forecast?: components["schemas"]["ForecastNow"] | null;
            /** @description The metric. */
            metric: string;
            period?: components["schemas"]["Count"] | null;
            /** @description The figure as the platform shows it now. */
            shown: components["schemas"]["ShownNow"];
            /** @description Today so far. */
            today: components["schemas"]["Count"];
        };
        /** @description Who is told, by name. */
        NamedTo: {
            /** @description The account. */
            account: string;
            /** @enum {string} */
            kind: "account";
        } | {
            /** @enum {string} */
            kind: "supervisors";
        } | {
            /** @enum {string} */
            kind: "owner";
        } | {
            /** @enum {string} */
            kind: "group";
            /**
             * Format: int32
             * @description Its number.
             */
            number: number;
        };
        /** @description What a new token will be. */
        NewToken: {
            /** @description What it may do: one thing at least. */
            grants: components["schemas"]["Grant"][];
            /** @description What to call it. */
            name: string;
            /** @description Which shops it reaches. */
            reach: components["schemas"]["Reach"];
        };
        /** @description A figure as a panel shows it. */
        Observed: {
            /** @description The account; null: it is the shop's figure. */
            account?: string | null;
            captured_at?: components["schemas"]["Instant"] | null;
            /** @description The first local day. */
            from: components["schemas"]["Day"];
            /** @description The metric. */
            metric: string;
            /** @description The platform. */
            platform: string;
            /**
             * Format: int64
             * @description How many samples the panel says there are; null: it does not say.
             */
            samples?: number | null;
            /** @description The shop. */
            shop: string;
            /** @description Where it came from. */
            source: components["schemas"]["ObservedSource"];
            /** @description The last local day, included. */
            to: components["schemas"]["Day"];
            /** @description As the panel prints it. */
            value: string;
        };
        /** @description What became of figures. `accepted`, `duplicate`, `replaced` and `rejected` add up to the rows. */
        ObservedAnswer: {
            /**
             * Format: int64
             * @description Figures that were not known, and are durable now.
             */
            accepted: number;
            /**
             * Format: int64
             * @description Figures that were known.
             */
            duplicate: number;
            /** @description What is wrong, by row. */
            problems: components["schemas"]["ObservedFault"][];
            /**
             * Format: int64
             * @description Rows that are no figures.
             */
            rejected: number;
            /**
             * Format: int64
             * @description Figures that were known with another value; the new one stands, the audit log has both.
             */
            replaced: number;
            /**
             * Format: int64
             * @description Rows of the body.
             */
            rows: number;
        };
        /** @description What is wrong with a row. */
        ObservedFault: {
            /** @description The column at fault; null: the row as a whole. */
            column?: string | null;
            /**
             * Format: int64
             * @description The line of the file, the row of the sheet or the place in the list, from 1.
             */
            line: number;
            /** @description What was found and what was expected, in the caller's language. */
            message: string;
        };
        /**
         * @description Where a figure came from.
         * @enum {string}
         */
        ObservedSource: "panel" | "fact";
        /**
         * @description What leads to a step.
         * @enum {string}
         */
        On: "warning" | "limit";
        /** @description A question that the sources leave open. */
        OpenReading: {
            /** @description The others. */
            alternatives: components["schemas"]["OtherAnswer"][];
            /** @description The name of our answer. */
            choice: string;
            /** @description The question, in the caller's language. */
            question: string;
            /** @description Its id, as `R6`. */
            reading: string;
        };
        /** @description Another answer to an open reading. */
        OtherAnswer: {
            /** @description What it changes; null: the setting falls away. */
            changes: components["schemas"]["AxisChange"][];
            /** @description Its name, as in `R6=drop`. */
            name: string;
            /** @description What the rule says then and does not say under our answer, in the caller's language. */
            words: string[];
        };
        /** @description A version of a rule that is a shop's or a group's own. */
        Override: {
            /** @description Since when. */
            at: components["schemas"]["Instant"];
            /** @description The group whose rule it is; null: it is a shop's. */
            group?: string | null;
            /** @description The metric whose rule it is. */
            metric: string;
            /**
             * Format: int64
             * @description Its number; later versions have greater ones.
             */
            number: number;
            /** @description The platform of the shop whose rule it is; null: it is a group's. */
            platform?: string | null;
            /** @description The shop whose rule it is; null: it is a group's. */
            shop?: string | null;
            /** @description Whether it is the newest version of its shop or group and metric, which stands. */
            stands: boolean;
            /** @description The rule as TOML; null: withdrawn with this version. */
            text?: string | null;
            /** @description By whom: `user 3`, `token 5`, `engine`. */
            who: string;
        };
        /** @description A text that may become a rule. */
        OverrideDraft: {
            /** @description The metric whose rule it would be, such as `taobao/human-reply-3m`. */
            metric: string;
            /** @description The whole rule as TOML. */
            text: string;
        };
        /** @description A rule that shall be a shop's or a group's own. */
        OverridePut: {
            /** @description The group whose rule it is, in the place of a shop. */
            group?: string | null;
            /** @description The metric whose rule it is, such as `taobao/human-reply-3m`. */
            metric: string;
            /** @description The platform of the shop whose rule it is. */
            platform?: string | null;
            /** @description The shop whose rule it is. */
            shop?: string | null;
            /** @description The whole rule as TOML, as in a file `rule.toml` of a rulebook; null: it is withdrawn. */
            text: string | null;
        };
        /** @description Which version stands. */
        OverrideStands: {
            /**
             * Format: int64
             * @description Its number; null: there is none, nor was there.
             */
            number?: number | null;
        };
        /** @description A rule to be tried. */
        OverrideTrial: {
            /**
             * Format: int32
             * @description How many days, the last of them today: 1 to 92; 30 where nothing is said.
             */
            days?: number | null;
            /** @description The metric whose rule is tried. */
            metric: string;
            /** @description The platform of the shop whose facts are counted. */
            platform: string;
            /** @description The shop. */
            shop: string;
            /** @description The whole rule as TOML; null: as if the shop withdrew its own. */
            text: string | null;
        };
        /** @description A page of a list. */
        Page_Account: {
            /** @description The items. */
            items: {
                /** @description The account. */
                account: string;
                /**
                 * Format: int32
                 * @description How many conversations it holds; null: not known, or the source does not tell when they
                 *     end.
                 */
                open?: number | null;
                /** @description Who holds it today; null: nobody is known to. */
                person?: string | null;
                /** @description The platform of the shop. */
                platform: string;
                /** @description `online`, `busy`, `away` or `offline`; null: not known. */
                presence?: string | null;
                /** @description The shop. */
                shop: string;
                /**
                 * Format: date-time
                 * @description Since when; null: not known.
                 */
                since?: string | null;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_AlertItem: {
            /** @description The items. */
            items: {
                about?: components["schemas"]["AlertAbout"] | null;
                /** @description The alert: the same from its first step to its last. */
                alert: string;
                /**
                 * Format: date-time
                 * @description When it was decided.
                 */
                at: string;
                /** @description Why it failed, in the caller's language; absent: it did not. */
                failed?: string | null;
                /** @description The platform. */
                platform: string;
                /** @description Why. */
                reason: string;
                /** @description The shop. */
                shop: string;
                /**
                 * @description What became of it: `noted`, `claimed`, `sent`, `counted` (the next message says how many
                 *     more there were), `failed`.
                 */
                state: string;
                /** @description The step, with its channel; `log`: it was sent nowhere. */
                step: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_AuditLine: {
            /** @description The items. */
            items: {
                /** @description When. */
                at: components["schemas"]["Instant"];
                /** @description The value after; null: there is none. */
                becomes?: string | null;
                /**
                 * Format: int64
                 * @description Its number; later lines have greater ones.
                 */
                number: number;
                /** @description The platform of the shop concerned; null: none. */
                platform?: string | null;
                /** @description The shop concerned; null: none. */
                shop?: string | null;
                /** @description What it was done to; null: nothing that has a name. A buyer is named by their pseudonym. */
                subject?: string | null;
                /** @description The value before; null: there was none. */
                was?: string | null;
                /** @description What was done. */
                what: string;
                /** @description Who: `user 3`, `token 5`, or `engine` for the server and the machine's own terminal. */
                who: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_ConnectorNow: {
            /** @description The items. */
            items: {
                /**
                 * Format: int64
                 * @description Facts that it brought since the server's start and that were new.
                 */
                accepted: number;
                last_problem?: components["schemas"]["ConnectorProblem"] | null;
                /**
                 * Format: date-time
                 * @description When it succeeded last, with or without facts; null: not since the server's start.
                 */
                last_success_at?: string | null;
                /** @description What it is called; its feeds too. */
                name: string;
                /**
                 * Format: int64
                 * @description Rows that are no facts; the log says why.
                 */
                rejected: number;
                /**
                 * Format: int64
                 * @description Facts that it brought and that were known.
                 */
                repeats: number;
                /** @description What it was told, secrets as `***`. */
                settings: components["schemas"]["ConnectorSettings"];
                /** @description `working`; `waiting`: it failed and tries again; `stopped`: a person has to do something. */
                state: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Import: {
            /** @description The items. */
            items: {
                /**
                 * Format: int64
                 * @description Rows that are facts now, and durable.
                 */
                accepted: number;
                /**
                 * Format: int64
                 * @description Its size.
                 */
                bytes: number;
                /**
                 * Format: int64
                 * @description Rows that were facts already.
                 */
                duplicate: number;
                /** @description Its id. */
                id: string;
                /** @description What it is called. */
                name: string;
                /** @description Why it ended early, in the caller's language; null: it did not. */
                problem?: string | null;
                /**
                 * Format: int64
                 * @description Bytes of it that were read.
                 */
                read: number;
                /**
                 * Format: int64
                 * @description Rows that are no facts.
                 */
                rejected: number;
                /**
                 * Format: int64
                 * @description Rows seen so far.
                 */
                rows: number;
                /** @description Its SHA-256, in hexadecimal. */
                sha256: string;
                /** @description `waiting`, `running`, `done`, `failed`. */
                state: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Observed: {
            /** @description The items. */
            items: {
                /** @description The account; null: it is the shop's figure. */
                account?: string | null;
                captured_at?: components["schemas"]["Instant"] | null;
                /** @description The first local day. */
                from: components["schemas"]["Day"];
                /** @description The metric. */
                metric: string;
                /** @description The platform. */
                platform: string;
                /**
                 * Format: int64
                 * @description How many samples the panel says there are; null: it does not say.
                 */
                samples?: number | null;
                /** @description The shop. */
                shop: string;
                /** @description Where it came from. */
                source: components["schemas"]["ObservedSource"];
                /** @description The last local day, included. */
                to: components["schemas"]["Day"];
                /** @description As the panel prints it. */
                value: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Override: {
            /** @description The items. */
            items: {
                /** @description Since when. */
                at: components["schemas"]["Instant"];
                /** @description The group whose rule it is; null: it is a shop's. */
                group?: string | null;
                /** @description The metric whose rule it is. */
                metric: string;
                /**
                 * Format: int64
                 * @description Its number; later versions have greater ones.
                 */
                number: number;
                /** @description The platform of the shop whose rule it is; null: it is a group's. */
                platform?: string | null;
                /** @description The shop whose rule it is; null: it is a group's. */
                shop?: string | null;
                /** @description Whether it is the newest version of its shop or group and metric, which stands. */
                stands: boolean;
                /** @description The rule as TOML; null: withdrawn with this version. */
                text?: string | null;
                /** @description By whom: `user 3`, `token 5`, `engine`. */
                who: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Person: {
            /** @description The items. */
            items: {
                /** @description Their accounts. */
                accounts: components["schemas"]["Holding"][];
                /** @description The person's id or name. */
                id: string;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Shop: {
            /** @description The items. */
            items: (components["schemas"]["ShopEntry"] & {
                /**
                 * @description Where the shop was just put and no rules are known of its platform: that, and which platform
                 *     may have been meant, in the caller's language.
                 */
                notice?: string | null;
                /** @description The platform's word. */
                platform: string;
                /** @description The shop id, as the platform has it. */
                shop: string;
            })[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_ShopFeed: {
            /** @description The items. */
            items: (components["schemas"]["FeedNow"] & components["schemas"]["FeedAge"] & {
                /** @description The platform. */
                platform: string;
                /** @description The shop. */
                shop: string;
            })[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_ShopNow: {
            /** @description The items. */
            items: {
                /** @description The accounts of which it is known whether they are at work. Empty: of none. */
                accounts: components["schemas"]["AccountNow"][];
                /**
                 * Format: date-time
                 * @description As of when.
                 */
                at: string;
                /** @description Whose it is; empty: not known. */
                client: string;
                /** @description Where its facts come from, and how old they are. */
                feeds: components["schemas"]["FeedNow"][];
                /** @description The groups that it belongs to. */
                groups: string[];
                /** @description Its metrics. Empty: there are no rules for its platform. */
                metrics: components["schemas"]["MetricNow"][];
                /** @description Its name for people; empty: none is known. */
                name: string;
                /** @description The platform. */
                platform: string;
                /** @description Why nothing of it is counted, in English and Chinese; absent: nothing keeps it. */
                problem?: string[] | null;
                queue?: components["schemas"]["Queue"] | null;
                /** @description The shop. */
                shop: string;
                /**
                 * @description Which lines it holds, what follows, and how much room is left. Empty: its platform has no
                 *     lines, or it has no chats.
                 */
                standing: components["schemas"]["StandingNow"][];
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Token: {
            /** @description The items. */
            items: {
                /** @description What it may do. */
                grants: components["schemas"]["Grant"][];
                /** @description When it was made. */
                made_at: components["schemas"]["Instant"];
                /** @description What it is called. */
                name: string;
                /**
                 * Format: int64
                 * @description Its number.
                 */
                number: number;
                /** @description Which shops it reaches. */
                reach: components["schemas"]["Reach"];
                revoked_at?: components["schemas"]["Instant"] | null;
                used_at?: components["schemas"]["Instant"] | null;
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_User: {
            /** @description The items. */
            items: {
                disabled_at?: components["schemas"]["Instant"] | null;
                /** @description Whether a second factor is set. */
                has_totp: boolean;
                /** @description What they sign in with. */
                login: string;
                /** @description A name for people. */
                name: string;
                /**
                 * Format: int64
                 * @description The user's number.
                 */
                number: number;
                /** @description Which shops they reach. */
                reach: components["schemas"]["Reach"];
                /** @description What they are. */
                role: components["schemas"]["Role"];
            }[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_WaitingBuyer: {
            /** @description The items. */
            items: (components["schemas"]["Waiting"] & {
                /** @description Who it is; absent: the caller may not know, or the buyer was erased. */
                buyer?: string | null;
            })[];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A figure off a panel. */
        PanelFigure: {
            /** @description The account; null: it is the shop's figure. */
            account?: string | null;
            captured_at?: components["schemas"]["Instant"] | null;
            /** @description The first local day. */
            from: components["schemas"]["Day"];
            /** @description The metric. */
            metric: string;
            /** @description As the panel prints it. */
            printed: string;
            /**
             * Format: int64
             * @description How many samples the panel says there are; null: it does not say.
             */
            samples?: number | null;
            /** @description The last local day, included. */
            to: components["schemas"]["Day"];
        };
        /** @description A new password. */
        PasswordPut: {
            /** @description The password so far. */
            current: components["schemas"]["Secret"];
            /** @description The new one: ten characters or more. */
            new: components["schemas"]["Secret"];
        };
        /** @description Of the waits of answered samples, in milliseconds. */
        Percentiles: {
            /** Format: int64 */
            p50: number;
            /** Format: int64 */
            p90: number;
            /** Format: int64 */
            p99: number;
        };
        /** @enum {string} */
        Permission: "read-figures" | "read-queue" | "read-texts" | "read-alerts" | "settle-alerts" | "send-facts" | "change-shops" | "change-alerts" | "change-rules" | "change-users" | "change-tokens" | "change-connectors" | "read-audit" | "erase-buyers" | "read-metrics";
        /** @description A person and the accounts that they hold, as far as their shops are in reach. */
        Person: {
            /** @description Their accounts. */
            accounts: components["schemas"]["Holding"][];
            /** @description The person's id or name. */
            id: string;
        };
        /** @description The accounts of a person. */
        PersonAccounts: {
            /** @description All of them; none: the person leaves. */
            accounts: components["schemas"]["Holding"][];
        };
        /** @description A platform. */
        Platform: {
            /**
             * @description What its shops may be enrolled in beside them, as a shop's record names it:
             *     `professional-seller`. Lines of its standards ask for it.
             */
            enrolments: string[];
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description The platform, as `taobao`. */
            platform: string;
            /** @description Its special periods, in the order of the catalogue. */
            special_periods: components["schemas"]["SpecialPeriod"][];
            /** @description The IANA name of the time zone in which its days and hours are meant. */
            time_zone: string;
        };
        /** @description The platforms. */
        Platforms: {
            /** @description Those of the catalogue, by id. */
            items: components["schemas"]["Platform"][];
            /** @description Always null: there are few. */
            next?: string | null;
        };
        /** @description Points of a consequence. */
        Points: {
            /** @description Their class; null: they have none. */
            class?: string | null;
            /**
             * Format: int32
             * @description How many tenths of a point.
             */
            tenths: number;
            /**
             * Format: int32
             * @description The most in a week, in tenths; null: no limit is told.
             */
            week_cap_tenths?: number | null;
        };
        /** @description A problem as it is sent: RFC 9457, with what to do and, for bodies, where. */
        Problem: {
            /** @description What to do. */
            action: string;
            /**
             * Format: int64
             * @description The byte of the line, from 1.
             */
            byte?: number | null;
            /** @description What exactly. */
            detail?: string | null;
            /** @description All that is wrong with a text within the body; absent where no such text is at fault. */
            faults?: components["schemas"]["Fault"][];
            /** @description The request: `urn:yingda:request:` and its id, as in the header `X-Request-Id`. */
            instance: string;
            /**
             * Format: int64
             * @description The line of the body, from 1.
             */
            line?: number | null;
            /**
             * Format: int32
             * @description The status of the answer.
             */
            status: number;
            /** @description What happened, in general. */
            title: string;
            /** @description The kind, stable: `urn:yingda:problem:` and a code. */
            type: string;
        };
        /** @description What comes when the recent daily level continues. */
        Projection: {
            /** @description The first check that fails, of what passes; null: none does. */
            fails_on?: string | null;
            /** @description The recent level. */
            level: components["schemas"]["Shown"];
            /**
             * Format: int32
             * @description Over how many days with samples it was taken.
             */
            level_days: number;
            /** @description The first check that passes, of what fails; null: none does. */
            passes_on?: string | null;
            /** @description The worst days of a window that fails. */
            worst: components["schemas"]["BadDay"][];
        };
        /** @description What comes when the recent daily level continues. */
        ProjectionNow: {
            /** @description The first check that fails, of what passes; null: none does. */
            fails_on?: string | null;
            /** @description The recent level. */
            level: components["schemas"]["ValueNow"];
            /**
             * Format: int32
             * @description Over how many days with samples it was taken.
             */
            level_days: number;
            /** @description The first check that passes, of what fails; null: none does. */
            passes_on?: string | null;
        };
        /** @description What waits in one shop. */
        Queue: {
            /**
             * Format: int64
             * @description How many of them for longer than a rule allows.
             */
            overdue: number;
            /**
             * Format: date-time
             * @description When the next one, or the first, is overdue; absent: nobody is to be.
             */
            overdue_at?: string | null;
            /**
             * Format: date-time
             * @description Since when the one waits who waits longest; absent: nobody does.
             */
            since?: string | null;
            /**
             * Format: int64
             * @description How many buyers wait.
             */
            waiting: number;
            /**
             * Format: date-time
             * @description When somebody is, or was, warned first of any of them; absent: nobody is.
             */
            warned_at?: string | null;
        };
        /** @description Hours in which nobody is told, by the shop's clock. */
        QuietHours: {
            /** @description Whether alerts are dropped in them, and not told when they are over. */
            drops?: boolean;
            /** @description When they begin, as `23:00`. */
            from: string;
            /** @description When they end; not after `from`: on the next day. */
            until: string;
        };
        /** @description Two whole numbers whose quotient a value is; not reduced. */
        Ratio: {
            /**
             * Format: int64
             * @description Samples.
             */
            den: number;
            /**
             * Format: int64
             * @description Hits of a share, milliseconds of a mean.
             */
            num: number;
        };
        /** @description Which shops: the word `everything`, or a list. */
        Reach: components["schemas"]["Every"] | components["schemas"]["ShopKey"][];
        /** @description A row that would be rejected. */
        RejectedRow: {
            /** @description The column at fault; empty: the row as a whole. */
            column: string;
            /** @description What was expected. */
            expected: string;
            /** @description What was found, in the caller's language. */
            found: string;
            /**
             * Format: int64
             * @description The line, from 1.
             */
            line: number;
        };
        /** @description A new password by a link. */
        Reset: {
            /** @description The new password: ten characters or more. */
            password: components["schemas"]["Secret"];
            /** @description The secret of the link: what stands behind its `#`. */
            secret: components["schemas"]["Secret"];
        };
        /** @description A link by which a user chooses a new password, once. It is shown here alone. */
        ResetLink: {
            /** @description Until when it works. */
            expires_at: components["schemas"]["Instant"];
            /** @description The secret of the link, for `POST /v1/reset`. */
            secret: components["schemas"]["Secret"];
            /** @description Where to choose it. Where the server was not told its own address, the path alone. */
            url: components["schemas"]["Secret"];
        };
        /** @enum {string} */
        Role: "owner" | "supervisor" | "agent" | "viewer";
        /** @description How much room is left in the window to date. */
        RoomNow: {
            /**
             * Format: date
             * @description The first day of the window.
             */
            from: string;
            /**
             * Format: int64
             * @description How many hits in a row restore it; null: it passes, or none do.
             */
            hits?: number | null;
            /**
             * Format: int64
             * @description How many more may be missed; null: it fails, or any number may.
             */
            misses?: number | null;
            /** @description Whether no run of hits restores it in this window. */
            never: boolean;
            /**
             * Format: int64
             * @description How many of the window are open: each may yet be a miss.
             */
            pending: number;
            /**
             * Format: int64
             * @description Samples so far.
             */
            samples: number;
            /**
             * Format: date
             * @description Its last day.
             */
            to: string;
            /** @description Whether any number may be missed. */
            unlimited: boolean;
            /**
             * Format: int64
             * @description How many more samples it takes to be assessed.
             */
            until_assessed: number;
        };
        /** @description The answer to one row. */
        RowAnswer: {
            /** @description A stable code of what is wrong; absent when nothing is. */
            code?: string | null;
            /** @description The column at fault; absent when it is the row as a whole, or nothing is. */
            column?: string | null;
            /**
             * Format: int64
             * @description The line of the body on which it begins, from 1.
             */
            line: number;
            /** @description What was found and what was expected, in the caller's language. */
            message?: string | null;
            /** @description What became of it. */
            outcome: components["schemas"]["RowOutcome"];
            /**
             * Format: int64
             * @description The row among those of the request, from 1.
             */
            row: number;
        };
        /**
         * @description What became of a row.
         * @enum {string}
         */
        RowOutcome: "accepted" | "duplicate" | "rejected";
        /** @description A metric with all that is known of it. */
        Rule: components["schemas"]["RuleSummary"] & {
            /** @description Its worked cases, Markdown; null: there are none. */
            cases?: string | null;
            /** @description Its editions. */
            details: components["schemas"]["Edition"][];
            /** @description The lines through it. */
            standards: components["schemas"]["Standard"][];
            /** @description The rule as it is written, TOML: what an own rule begins with; null: there is none. */
            text?: string | null;
        };
        /** @description A page of metrics. */
        Rules: {
            /** @description By id. */
            items: components["schemas"]["RuleSummary"][];
            /** @description What to give as `after` for the next page; null: this is the last. */
            next?: string | null;
        };
        /** @description A metric in the list. */
        RuleSummary: {
            /**
             * @description `official`, `reposted`, `article` or `reading`: that of the newest dated edition; null:
             *     there is none.
             */
            confidence?: string | null;
            /** @description Its editions, dated ones by their first data day. */
            editions: string[];
            /** @description Whether it is the shop's or its groups' own, and not the shipped one. */
            is_own: boolean;
            /** @description Its id, as `taobao/human-reply-3m`. */
            metric: string;
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description The platform. */
            platform: string;
            /** @description The platform's name, in the caller's language. */
            platform_name: string;
            /** @description What counts and what does not, in a few sentences. */
            summary: string;
            /** @description Whether a caller may set the limit: `within`. */
            takes_limit: boolean;
            /**
             * Format: double
             * @description After how many seconds of waiting one is warned under its newest dated edition, where
             *     nothing else is set; null: it has no limit, or no such edition.
             */
            usual_warning_seconds?: number | null;
        };
        /** @description When one is warned under a rule, in all its editions. */
        RuleWarning: {
            /**
             * Format: int32
             * @description How many seconds a buyer has waited then: 1 to 86400. Absent: one is never warned. Where no
             *     reply would be in time by then, the limit alone is told.
             */
            after_seconds?: number | null;
            /** @description The metric, such as `jd/first-reply-30s`. */
            metric: string;
        };
        /** @description A part of a rule in words. */
        RuleWords: {
            /** @description What it is about. */
            heading: string;
            /** @description What it says. */
            sentences: string[];
        };
        /** @description A sample with its verdict and the facts that led to it. */
        Sample: {
            /** @description Whose sample it is; empty: the shop's. */
            account: string;
            /** @description The buyer. */
            buyer: string;
            /** @description The clause that judged it. */
            clause: string;
            /** @description The local day it counts for. */
            day: string;
            /** @description The edition that judged it. */
            edition: string;
            /** @description When it ended; null: it has not. */
            ended_at?: string | null;
            /** @description How it ended. */
            ending: string;
            /** @description From its opening to its end. */
            facts: components["schemas"]["ExplainedFact"][];
            /** @description What it is made up of, of grouped samples. */
            inner: components["schemas"]["InnerSample"][];
            /** @description When its clock began. */
            opened_at: string;
            /** @description The reading behind the clause; null: there is none. */
            reading?: string | null;
            /** @description Why it is outside both sides; null: it is not. */
            reason?: string | null;
            /** @description The revision of its rule. */
            revision: string;
            /** @description Whether it was never answered. */
            unanswered: boolean;
            /** @description `hit`, `miss`, `pending` or `dropped`. */
            verdict: string;
            /** @description The verdict in the caller's language. */
            verdict_text: string;
            /**
             * Format: int64
             * @description The wait as counted.
             */
            wait_ms: number;
            /** @description Why it has its verdict, in the caller's language. */
            why: string;
        };
        /** Format: password */
        Secret: string;
        /** @description A shop and what is known of it. */
        Shop: components["schemas"]["ShopEntry"] & {
            /**
             * @description Where the shop was just put and no rules are known of its platform: that, and which platform
             *     may have been meant, in the caller's language.
             */
            notice?: string | null;
            /** @description The platform's word. */
            platform: string;
            /** @description The shop id, as the platform has it. */
            shop: string;
        };
        /** @description What is known of a shop. What is left out is not known. */
        ShopEntry: {
            /**
             * @description How many conversations agent accounts can hold at a time.
             * @default {}
             */
            account_capacities?: {
                [key: string]: number;
            };
            /**
             * @description Grades of agent accounts, as the platform calls them.
             * @default {}
             */
            account_grades?: {
                [key: string]: string;
            };
            /**
             * @description Whose shop it is, for agencies.
             * @default
             */
            client?: string;
            /**
             * @description When it was closed.
             * @default []
             */
            closed?: components["schemas"]["Closed"][];
            /**
             * @description Special periods in which it took part, or did not.
             * @default {}
             */
            enrolled?: {
                [key: string]: boolean;
            };
            /**
             * @description Groups it belongs to.
             * @default []
             */
            groups?: string[];
            /**
             * @description The industry.
             * @default
             */
            industry?: string;
            /**
             * @description The platform's seller levels, each from a day on.
             * @default []
             */
            levels?: components["schemas"]["Level"][];
            /**
             * @description A name for people.
             * @default
             */
            name?: string;
            /**
             * @description The shop's own accounts, by the buyer ids they write under. Left out for callers who may
             *     not change shops.
             * @default null
             */
            own_accounts?: string[] | null;
        };
        /** @description A feed with its shop, and how old what it gave is. */
        ShopFeed: components["schemas"]["FeedNow"] & components["schemas"]["FeedAge"] & {
            /** @description The platform. */
            platform: string;
            /** @description The shop. */
            shop: string;
        };
        /** @description A shop on a platform. */
        ShopKey: {
            /** @description The platform's word. */
            platform: string;
            /** @description The shop id, as the platform has it. */
            shop: string;
        };
        /** @description A shop by platform and name. */
        ShopName: {
            /** @description The platform. */
            platform: string;
            /** @description The shop. */
            shop: string;
        };
        /** @description A shop as it stands now. */
        ShopNow: {
            /** @description The accounts of which it is known whether they are at work. Empty: of none. */
            accounts: components["schemas"]["AccountNow"][];
            /**
             * Format: date-time
             * @description As of when.
             */
            at: string;
            /** @description Whose it is; empty: not known. */
            client: string;
            /** @description Where its facts come from, and how old they are. */
            feeds: components["schemas"]["FeedNow"][];
            /** @description The groups that it belongs to. */
            groups: string[];
            /** @description Its metrics. Empty: there are no rules for its platform. */
            metrics: components["schemas"]["MetricNow"][];
            /** @description Its name for people; empty: none is known. */
            name: string;
            /** @description The platform. */
            platform: string;
            /** @description Why nothing of it is counted, in English and Chinese; absent: nothing keeps it. */
            problem?: string[] | null;
            queue?: components["schemas"]["Queue"] | null;
            /** @description The shop. */
            shop: string;
            /**
             * @description Which lines it holds, what follows, and how much room is left. Empty: its platform has no
             *     lines, or it has no chats.
             */
            standing: components["schemas"]["StandingNow"][];
        };
        /** @description A value as people read it, with what it is made of. */
        Shown: {
            /** @description What it is made of. */
            ratio: components["schemas"]["Ratio"];
            /** @description As it is printed: `91.67 %`, `10.62 s`. */
            value: string;
        };
        /** @description A figure as the platform shows it now. */
        ShownNow: {
            /** @description The first day of the period that is shown; null: it is not known what is shown. */
            from?: string | null;
            /**
             * Format: date-time
             * @description When the platform takes it anew next.
             */
            next?: string | null;
            /** @description Why it is not known, in English and Chinese; absent: it is. */
            problem?: string[] | null;
            /**
             * Format: int64
             * @description How many samples it had; null: it is not known.
             */
            samples?: number | null;
            /**
             * Format: date-time
             * @description Since when it is shown.
             */
            since?: string | null;
            /** @description Its last day. */
            to?: string | null;
            today?: components["schemas"]["ValueNow"] | null;
            value?: components["schemas"]["ValueNow"] | null;
        };
        /** @description What somebody signs in with. */
        SignIn: {
            /** @description The login. */
            login: string;
            /** @description The password. */
            password: components["schemas"]["Secret"];
            totp?: components["schemas"]["Secret"] | null;
        };
        /** @description A new user's own words. */
        SignUp: {
            /** @description What they will sign in with: an e-mail address or a name, the same in all cases. */
            login: string;
            /** @description A name for people. */
            name: string;
            /** @description The password: ten characters or more. */
            password: components["schemas"]["Secret"];
            /** @description The secret of the link: what stands behind its `#`. */
            secret: components["schemas"]["Secret"];
        };
        /** @description A text that a rule rests on. */
        Source: {
            /** @description How sure it is. */
            confidence: string;
            /** @description Its date. */
            date: string;
            /** @description Its key. */
            key: string;
            /** @description Where it is. */
            place: string;
            /** @description Its title; empty: the catalogue does not have it. */
            title: string;
        };
        /** @description A dated period in which samples of some shops do not count. */
        SpecialPeriod: {
            /** @description The first local day. */
            from: components["schemas"]["Day"];
            /** @description Its id, as a shop's record names it: `cny-2026`. */
            id: string;
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description What a reader should know; null: nothing. */
            note?: string | null;
            /** @description The last local day, included. */
            to: components["schemas"]["Day"];
        };
        /** @description A line that the platform draws through a metric. */
        Standard: {
            /** @description Whether only articles claim it. */
            as_told: boolean;
            /** @description How sure it is. */
            confidence: string;
            /** @description Its lines, the best first. */
            lines: string[];
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description Keys of its sources. */
            sources: string[];
            /** @description Its id within the metric. */
            standard: string;
            /** @description What it says and what follows, in the caller's language. */
            words: string[];
        };
        /** @description A shop's standing under one standard. */
        Standing: {
            /** @description The day on which one looks. */
            as_of: string;
            /** @description Whether only articles claim the standard. */
            as_told: boolean;
            band?: components["schemas"]["Band"] | null;
            /** @description What the figure alone says, whatever is known of the shop. */
            by_figure: string;
            /** @description The last check up to that day. */
            check: string;
            /** @description `official`, `reposted`, `article` or `reading`. */
            confidence: string;
            /** @description What stands, will stand, or was brought by the last check. */
            consequences: components["schemas"]["Consequence"][];
            /** @description Whether the band crosses a line: the readings decide. Null: there is no band. */
            crosses?: boolean | null;
            /**
             * Format: int32
             * @description How many days it has.
             */
            days: number;
            /**
             * Format: int32
             * @description Of how many of them anything is known.
             */
            days_known: number;
            /** @description The editions of the metric that bear on the window. */
            editions: string[];
            fed?: components["schemas"]["Fed"] | null;
            /** @description The first day of the window that was checked. */
            from: string;
            /** @description The grade that is held, in the caller's language; null: none is. */
            grade?: string | null;
            headroom?: components["schemas"]["Headroom"] | null;
            /** @description Its lines, the best first. */
            lines: string[];
            /** @description The metric that is held against the lines. */
            metric: string;
            /**
             * Format: int64
             * @description The least number of samples; null: any will do.
             */
            minimum?: number | null;
            /** @description Its name, in the caller's language. */
            name: string;
            /** @description The next one. */
            next_check: string;
            /** @description Open readings under whose other answer the shop stands otherwise, as `R6=drop`. */
            open: string[];
            /** @description The platform. */
            platform: string;
            projection?: components["schemas"]["Projection"] | null;
            ratio?: components["schemas"]["Ratio"] | null;
            /** @description The readings they rest on. */
            readings: string[];
            /** @description Why it is not assessed; null: it is. */
            reason?: string | null;
            /** @description What it is for: `requirement`, `gate`, `grade` or `notice`. */
            role: string;
            /**
             * Format: int64
             * @description Null: the panel does not say.
             */
            samples?: number | null;
            /** @description All of that in sentences, in the caller's language: the figure first. */
            sentences: string[];
            /** @description The shop. */
            shop: string;
            /** @description `counted` from messages, or `observed` off the platform's panel. */
            source: string;
            /** @description The sources of the standard. */
            sources: string[];
            /** @description The standard within the metric. */
            standard: string;
            /** @description Its last day. */
            to: string;
            /** @description The value as it is printed; null: there is none. */
            value?: string | null;
            /** @description `pass`, `fail` or `not-assessed`. */
            verdict: string;
            /** @description The verdict in the caller's language. */
            verdict_text: string;
        };
        /** @description How a shop stands under one standard. */
        StandingNow: {
            band?: components["schemas"]["BandNow"] | null;
            /** @description What the figure alone says, whatever is known of the shop. */
            by_figure: string;
            /** @description The last check up to today. */
            check: string;
            /** @description How sure all of that is. */
            confidence: string;
            /** @description What stands, will stand, or was brought by the last check. */
            consequences: components["schemas"]["ConsequenceNow"][];
            /** @description Whether the band crosses a line; null: there is no band, or it is not counted yet. */
            crosses?: boolean | null;
            /**
             * Format: int32
             * @description How many days it has.
             */
            days: number;
            /**
             * Format: int32
             * @description Of how many of them anything is known.
             */
            days_known: number;
            /** @description The first day of the window that was checked. */
            from: string;
            headroom?: components["schemas"]["RoomNow"] | null;
            /** @description The number of the line that the figure holds, from 0; null: it holds none, or is not judged. */
            held?: number | null;
            /** @description Its lines, the best first. */
            lines: string[];
            /** @description The metric that is held against the lines. */
            metric: string;
            /**
             * Format: int64
             * @description The least number of samples; null: any will do.
             */
            minimum?: number | null;
            /** @description The next one. */
            next_check: string;
            projection?: components["schemas"]["ProjectionNow"] | null;
            /** @description Why it is not assessed; null: it is. */
            reason?: string | null;
            /** @description What it is for: `requirement`, `gate`, `grade` or `notice`. */
            role: string;
            /**
             * Format: int64
             * @description How many samples it has; null: the panel does not say.
             */
            samples?: number | null;
            /**
             * @description `counted` from messages, or `observed`: read off the platform's panel, at least for some of
             *     its days.
             */
            source: string;
            /** @description The standard within the metric. */
            standard: string;
            /** @description Its last day. */
            to: string;
            value?: components["schemas"]["ValueNow"] | null;
            /** @description `pass`, `fail` or `not-assessed`. */
            verdict: string;
        };
        /** @description The standings of a shop. */
        Standings: {
            /** @description In the order of the standards; those that say nothing on this day are left out. */
            items: components["schemas"]["Standing"][];
            /** @description Always null: a platform has few standards. */
            next?: string | null;
            /** @description What was left out and why, in the caller's language. */
            notices: string[];
        };
        /** @description A round on which candidates that are equally good differ. */
        TellingRound: {
            /** @description The best candidate's answer. */
            answer: string;
            /** @description Who asked. */
            buyer: string;
            /** @description The local day it counts for. */
            day: components["schemas"]["Day"];
            /** @description When it opened, in local time with its offset. */
            opened_at: string;
            /** @description The other's answer. */
            other_answer: string;
            /** @description What that makes of the round. */
            other_verdict: string;
            /** @description The same in the caller's language. */
            other_verdict_text: string;
            /** @description The question on which they differ. */
            reading: string;
            /** @description What it makes of the round. */
            verdict: string;
            /** @description The same in the caller's language, with the wait where it counts. */
            verdict_text: string;
        };
        /** @description An API token, without the token itself. */
        Token: {
            /** @description What it may do. */
            grants: components["schemas"]["Grant"][];
            /** @description When it was made. */
            made_at: components["schemas"]["Instant"];
            /** @description What it is called. */
            name: string;
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description Which shops it reaches. */
            reach: components["schemas"]["Reach"];
            revoked_at?: components["schemas"]["Instant"] | null;
            used_at?: components["schemas"]["Instant"] | null;
        };
        /**
         * @description The languages of messages.
         * @enum {string}
         */
        Tongues: "zh" | "en" | "both";
        /** @description What became of a second factor. */
        TotpAnswer: {
            /** @description Whether the key that was sent is set now. */
            is_set: boolean;
            key?: components["schemas"]["Secret"] | null;
            url?: components["schemas"]["Secret"] | null;
        };
        /** @description What takes a second factor away. */
        TotpDelete: {
            /** @description The password. */
            password: components["schemas"]["Secret"];
        };
        /**
         * @description A second factor. Without `key`, one is proposed and nothing changes; with it and a code of it,
         *     it is set.
         */
        TotpPost: {
            code?: components["schemas"]["Secret"] | null;
            key?: components["schemas"]["Secret"] | null;
            /** @description The password. */
            password: components["schemas"]["Secret"];
        };
        /** @description A day of a trial. */
        TrialDay: components["schemas"]["TrialPair"] & {
            /** @description The local day. */
            day: string;
        };
        /** @description A figure under what is in force and under what is tried; null: it has none. */
        TrialPair: {
            now?: components["schemas"]["Figure"] | null;
            then?: components["schemas"]["Figure"] | null;
        };
        /** @description What a rule would change of a shop's figure. */
        TrialResult: {
            /** @description What the other says instead. */
            comes_in: string[];
            /** @description The days on which either has something to count, in order. */
            days: components["schemas"]["TrialDay"][];
            /** @description What the rule in force today says and the other does not, in the caller's language. */
            falls_away: string[];
            /** @description The first local day. */
            from: string;
            /** @description What was left out and why, in the caller's language. */
            notices: string[];
            /** @description The standards of the metric: whether the shop holds them, and whether it would. */
            standings: components["schemas"]["TrialStanding"][];
            /** @description The last one, included: today. */
            to: string;
            /** @description All days together. */
            whole: components["schemas"]["TrialPair"];
        };
        /** @description How the shop stands at the last check, and how it would. */
        TrialStanding: {
            /** @description Its lines, the best first. */
            lines: string[];
            /** @description Its name, in the caller's language. */
            name: string;
            now?: components["schemas"]["TrialVerdict"] | null;
            /** @description The standard within the metric. */
            standard: string;
            then?: components["schemas"]["TrialVerdict"] | null;
        };
        /** @description What a standard says of the shop. */
        TrialVerdict: {
            /** @description The value of the last check's window, as it is printed; null: there is none. */
            value?: string | null;
            /** @description `pass`, `fail` or `not-assessed`. */
            verdict: string;
            /** @description The verdict in the caller's language. */
            verdict_text: string;
        };
        /** @description A figure that was compared with nothing. */
        UncomparedFigure: components["schemas"]["PanelFigure"] & {
            /** @description Why, in one word. */
            reason: string;
            /** @description Why, in the caller's language. */
            reason_text: string;
        };
        /** @description A key of a row that is no column: it was passed over. */
        UnknownKey: {
            /** @description The key. */
            key: string;
            /**
             * Format: int64
             * @description The first line with it.
             */
            line: number;
        };
        /**
         * @description A platform that rows name and no rules are known of: most often a slip of the pen. The rows are
         *     kept, and counted for nothing.
         */
        UnknownPlatform: {
            /**
             * @description That there are no rules for it, and which platform may have been meant, in the caller's
             *     language.
             */
            message: string;
            /** @description How it is written. */
            platform: string;
            /**
             * Format: int64
             * @description Rows that name it.
             */
            rows: number;
        };
        /** @description A user. */
        User: {
            disabled_at?: components["schemas"]["Instant"] | null;
            /** @description Whether a second factor is set. */
            has_totp: boolean;
            /** @description What they sign in with. */
            login: string;
            /** @description A name for people. */
            name: string;
            /**
             * Format: int64
             * @description The user's number.
             */
            number: number;
            /** @description Which shops they reach. */
            reach: components["schemas"]["Reach"];
            /** @description What they are. */
            role: components["schemas"]["Role"];
        };
        /** @description What becomes of a user. What is left out stays. */
        UserPatch: {
            /**
             * @description Whether they may sign in no more; their sessions end.
             * @default null
             */
            disabled?: boolean | null;
            /** @default null */
            reach?: components["schemas"]["Reach"] | null;
            /** @default null */
            role?: components["schemas"]["Role"] | null;
        };
        /** @description A value with what it is made of. */
        ValueNow: {
            /**
             * Format: int64
             * @description Samples.
             */
            den: number;
            /**
             * Format: int64
             * @description Hits of a share, milliseconds of a mean.
             */
            num: number;
            /** @description As it is printed: `91.67 %`, `10.62 s`. */
            value: string;
        };
        /** @description A buyer who waits. */
        Waiting: {
            /** @description Who is in charge; absent: nobody is known to be. */
            account?: string | null;
            /**
             * Format: date-time
             * @description From when on the first rule counts a miss, whatever comes; absent: none of them has a limit.
             */
            overdue_at?: string | null;
            /** @description The platform. */
            platform: string;
            /** @description The rules under which it counts, each with its own question. */
            rules: components["schemas"]["WaitingRule"][];
            /** @description The shop. */
            shop: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
            /**
             * Format: int64
             * @description The number of the thread: one buyer with one shop. It stays the same.
             */
            thread: number;
            /**
             * Format: date-time
             * @description When somebody is warned first; absent: nobody is.
             */
            warned_at?: string | null;
        };
        /** @description Somebody who waits. */
        WaitingBuyer: components["schemas"]["Waiting"] & {
            /** @description Who it is; absent: the caller may not know, or the buyer was erased. */
            buyer?: string | null;
        };
        /** @description What a waiting buyer is to one rule. */
        WaitingRule: {
            /**
             * Format: date
             * @description The local day to which it counts.
             */
            day: string;
            /** @description Its edition. */
            edition: string;
            /**
             * Format: date-time
             * @description The last instant at which a reply is in time; absent: the rule has no limit, and the end of
             *     the day, which ends its sample too, is nobody's deadline.
             */
            last_hit?: string | null;
            /** @description The metric. */
            metric: string;
            /**
             * Format: date-time
             * @description When the question came that decides.
             */
            since: string;
        };
        /** @description How many answered samples waited how long. */
        Waits: {
            /** @description By length, without gaps; empty: nothing was answered. */
            bins: components["schemas"]["WaitsBin"][];
            /**
             * @description The limits of the rules that were counted, in milliseconds, each the end of a bin; empty:
             *     they have none.
             */
            limits_ms: number[];
        };
        /** @description Answered samples whose waits are alike. */
        WaitsBin: {
            /**
             * Format: int64
             * @description How many they are.
             */
            n: number;
            /**
             * Format: int64
             * @description They waited longer than this, in milliseconds; null: it is the first bin.
             */
            over_ms?: number | null;
            /**
             * Format: int64
             * @description They waited so long at most; null: it is the last bin, of all longer waits.
             */
            to_ms?: number | null;
        };
        /** @description WeCom: an account of the customer service. Secrets are shown as `***`. */
        WecomSettings: {
            /** @description The account (`open_kfid`). */
            account: string;
            /** @description Where WeCom's interfaces lie; absent: at WeCom. */
            base?: string | null;
            /** @description The Token of the callback, with `encoding_aes_key`; absent: there is no callback. */
            callback_token?: string | null;
            /** @description The corporation's id. */
            corp_id: string;
            /** @description The `EncodingAESKey` of the callback. */
            encoding_aes_key?: string | null;
            /**
             * Format: int32
             * @description How often it is asked without a callback, in seconds: 1 to 86400, usually 600.
             */
            every_seconds?: number;
            /** @description The secret of the customer service. */
            secret: string;
            /** @description The shop's id in facts; absent: the account. */
            shop?: string | null;
        };
        /**
         * @description Who is told.
         * @enum {string}
         */
        WhoIsTold: "account" | "supervisors" | "owner";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It lives. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is ready. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accounts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_alerts: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description Of so many hours back from now: 1 to 2160; 24 where nothing is said. */
                hours?: number;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
                /** @description Of steps alone of which this became: `noted`, `claimed`, `sent` or `failed`. */
                state?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AlertItem"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_alert_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertSettings"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_alert_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertSettings"];
            };
        };
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertSettings"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_alert_channel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelSettings"];
            };
        };
        responses: {
            /** @description What became of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelTested"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
                /** @description Of what was done alone, as lines have it: `signed in`. */
                what?: string;
                /** @description Of whom alone, as lines have it: `user 3`, `token 5`, `engine`. */
                who?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditLine"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The backup. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.sqlite3": string;
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    erase_buyer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The buyer's id, percent-encoded. */
                buyer: string;
                /** @description The platform's word. */
                platform: string;
                /** @description The shop id, percent-encoded. */
                shop: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody knows who it was. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    calibrate: {
        parameters: {
            query: {
                /** @description Only figures of this local day, `YYYY-MM-DD`, or later ones. */
                from?: string;
                /** @description Only these metrics, with commas between. Absent: all of the platform. */
                metric?: string;
                /** @description The platform, as `taobao`. */
                platform: string;
                /**
                 * @description How many of the rounds on which candidates differ are listed for each metric: 0 to 200,
                 *     usually 20.
                 */
                rounds?: number;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description Only figures up to this local day. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What they say. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Calibration"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_connectors: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connectors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ConnectorNow"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What it is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connector. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorNow"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_connector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What it is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorSettings"];
            };
        };
        responses: {
            /** @description The connector. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorNow"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_connector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What it is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receive_chatwoot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What the connector is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Taken; without a body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`bad-request`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The call does not come from the platform (`wrong-signature`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    echo_wecom: {
        parameters: {
            query: {
                /** @description The question whether the address is ours, sealed; with `GET` alone. */
                echostr?: string;
                /** @description The signature. */
                msg_signature: string;
                /** @description Any text, signed with the others. */
                nonce: string;
                /** @description When it was signed. */
                timestamp: string;
            };
            header?: never;
            path: {
                /** @description What the connector is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description The request cannot be read (`bad-request`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The call does not come from the platform (`wrong-signature`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receive_wecom: {
        parameters: {
            query: {
                /** @description The question whether the address is ours, sealed; with `GET` alone. */
                echostr?: string;
                /** @description The signature. */
                msg_signature: string;
                /** @description Any text, signed with the others. */
                nonce: string;
                /** @description When it was signed. */
                timestamp: string;
            };
            header?: never;
            path: {
                /** @description What the connector is called. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/xml": string;
            };
        };
        responses: {
            /** @description Taken; without a body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request cannot be read (`bad-request`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The call does not come from the platform (`wrong-signature`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description The last event heard. */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events as they happen. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query: {
                /** @description Only those of this account. */
                account?: string;
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description The day on which one looks, or an instant with offset: what was known then. Absent: now. */
                as_of?: string;
                /** @description Only this buyer's, with every fact of theirs and what became of it. */
                buyer?: string;
                /** @description Only samples of this local day, `YYYY-MM-DD`. Absent: of all days. */
                day?: string;
                /** @description Count under one edition, whatever the day: its id, or `as-told`. */
                edition?: string;
                /** @description Only samples of local days from this one on, `YYYY-MM-DD`. */
                from?: string;
                /** @description Only samples that open in this local hour, 0 to 23. */
                hour?: number;
                /** @description Only those of the buyer who wrote or got the message of this id, with every fact of theirs. */
                id?: string;
                /**
                 * @description What if only samples of these local hours counted: `08:00-22:00`, or over midnight
                 *     `22:00-06:00`.
                 */
                if_hours?: string;
                /** @description What if the limit were another: that of any share, as `60s`. */
                if_within?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description The metric, as `taobao/human-reply-3m`. */
                metric: string;
                /**
                 * @description Only answered samples that waited longer than these milliseconds; of grouped samples it is
                 *     the mean wait.
                 */
                over_ms?: number;
                /** @description The platform, as `taobao`. */
                platform: string;
                /** @description Answer open readings otherwise: `R6=drop`, several with commas between. */
                reading?: string;
                /** @description Count every day under the editions in force on this day, `YYYY-MM-DD`. */
                rules_on?: string;
                /**
                 * @description The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
                 *     happened and was known then, by the rules of that time. As `as_of`, and in its place.
                 */
                seen_at?: string;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description Also what was written, for which the caller must be allowed to read texts. */
                texts?: boolean;
                /** @description Only samples of local days up to this one, included. */
                to?: string;
                /** @description Only answered samples that waited so many milliseconds at most. */
                to_ms?: number;
                /** @description Only those with this verdict: `hit`, `miss`, `unanswered`, `dropped` or `pending`. */
                verdict?: string;
                /** @description Only samples of days of this day of the week, 0 for Monday to 6 for Sunday. */
                weekday?: number;
                /** @description The limit of metrics that take one (`generic/*`), as `60s` or `24h`. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Samples. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanations"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_facts: {
        parameters: {
            query?: {
                /** @description What the feed is called, up to 64 bytes; by who sends where nothing is said. */
                feed?: string;
                /** @description `live`, where facts come as they happen, as is usual; `daily`, where they come in pieces. */
                grade?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Rows of the canonical log. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["Fact"][];
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description The body was read; each row is answered. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactsAnswer"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_feeds: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The feeds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ShopFeed"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_figures: {
        parameters: {
            query: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description The day on which one looks, or an instant with offset: what was known then. Absent: now. */
                as_of?: string;
                /** @description Also the lowest and the highest value over the readings that are still open. */
                band?: boolean;
                /** @description What is kept apart, with commas between: `account`, `day`, `hour`, `weekday`. */
                by?: string;
                /** @description Count under one edition, whatever the day: its id, or `as-told`. */
                edition?: string;
                /**
                 * @description The first local day, `YYYY-MM-DD`. Absent, with `to` absent too: the period over which the
                 *     platform publishes the metric, or by day every day; else from the first fact on.
                 */
                from?: string;
                /**
                 * @description What if only samples of these local hours counted: `08:00-22:00`, or over midnight
                 *     `22:00-06:00`.
                 */
                if_hours?: string;
                /** @description What if the limit were another: that of any share, as `60s`. */
                if_within?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description The metrics, as `taobao/human-reply-3m`, with commas between. Absent: all of the platform. */
                metric?: string;
                /** @description Also median, 90th and 99th percentile of the waits of answered samples. */
                percentiles?: boolean;
                /** @description The platform, as `taobao`. */
                platform: string;
                /** @description Answer open readings otherwise: `R6=drop`, several with commas between. */
                reading?: string;
                /** @description Count every day under the editions in force on this day, `YYYY-MM-DD`. */
                rules_on?: string;
                /**
                 * @description The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
                 *     happened and was known then, by the rules of that time. As `as_of`, and in its place.
                 */
                seen_at?: string;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description The last local day, included. Absent, with `from` given: up to the last fact. */
                to?: string;
                /** @description Also how many answered samples waited how long. */
                waits?: boolean;
                /** @description The limit of metrics that take one (`generic/*`), as `60s` or `24h`. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Figures"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_figures: {
        parameters: {
            query: {
                /** @description The day on which one looks, or an instant with offset: what was known then. Absent: now. */
                as_of?: string;
                /** @description Count under one edition, whatever the day: its id, or `as-told`. */
                edition?: string;
                /**
                 * @description The first local day, `YYYY-MM-DD`. Absent, with `to` absent too: the period over which the
                 *     platform publishes the metric; else from the first fact on.
                 */
                from?: string;
                /**
                 * @description What if only samples of these local hours counted: `08:00-22:00`, or over midnight
                 *     `22:00-06:00`.
                 */
                if_hours?: string;
                /** @description What if the limit were another: that of any share, as `60s`. */
                if_within?: string;
                /** @description The metric, as `taobao/human-reply-3m`. */
                metric: string;
                /** @description The platform, as `taobao`. */
                platform: string;
                /** @description Answer open readings otherwise: `R6=drop`, several with commas between. */
                reading?: string;
                /** @description Count every day under the editions in force on this day, `YYYY-MM-DD`. */
                rules_on?: string;
                /**
                 * @description The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
                 *     happened and was known then, by the rules of that time. As `as_of`, and in its place.
                 */
                seen_at?: string;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description The last local day, included. Absent, with `from` given: up to the last fact. */
                to?: string;
                /**
                 * @description With which days: `before`, as many that end where these begin, or `last-week`, the same
                 *     days a week earlier. Usually `before`.
                 */
                with?: string;
                /** @description The limit of metrics that take one (`generic/*`), as `60s` or `24h`. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_figures: {
        parameters: {
            query: {
                /** @description The day on which one looks, or an instant with offset: what was known then. Absent: now. */
                as_of?: string;
                /** @description Also the lowest and the highest value over the readings that are still open. */
                band?: boolean;
                /** @description What is kept apart, with commas between: `account`, `day`, `hour`, `weekday`. */
                by?: string;
                /** @description Count under one edition, whatever the day: its id, or `as-told`. */
                edition?: string;
                /**
                 * @description `xlsx`, an Excel workbook of two sheets, or `csv`, the same one under the other. Absent:
                 *     `xlsx`.
                 */
                format?: string;
                /**
                 * @description The first local day, `YYYY-MM-DD`. Absent, with `to` absent too: the period over which the
                 *     platform publishes the metric, or by day every day; else from the first fact on.
                 */
                from?: string;
                /**
                 * @description What if only samples of these local hours counted: `08:00-22:00`, or over midnight
                 *     `22:00-06:00`.
                 */
                if_hours?: string;
                /** @description What if the limit were another: that of any share, as `60s`. */
                if_within?: string;
                /** @description The metrics, as `taobao/human-reply-3m`, with commas between. Absent: all of the platform. */
                metric?: string;
                /** @description Also median, 90th and 99th percentile of the waits of answered samples. */
                percentiles?: boolean;
                /** @description The platform, as `taobao`. */
                platform: string;
                /** @description Answer open readings otherwise: `R6=drop`, several with commas between. */
                reading?: string;
                /** @description Count every day under the editions in force on this day, `YYYY-MM-DD`. */
                rules_on?: string;
                /**
                 * @description The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
                 *     happened and was known then, by the rules of that time. As `as_of`, and in its place.
                 */
                seen_at?: string;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description The last local day, included. Absent, with `from` given: up to the last fact. */
                to?: string;
                /** @description Also how many answered samples waited how long. */
                waits?: boolean;
                /** @description The limit of metrics that take one (`generic/*`), as `60s` or `24h`. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "text/csv": string;
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_imports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Files. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Import"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_import: {
        parameters: {
            query: {
                /** @description The file's name, whose ending says what it is, as `may.csv.gz`. */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description It is there. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description The request cannot be read (`bad-request`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportReading"];
            };
        };
        responses: {
            /** @description What it becomes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreviews"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rejected_rows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The table. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The file's id. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportReading"];
            };
        };
        responses: {
            /** @description It has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who calls. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordPut"];
            };
        };
        responses: {
            /** @description It is changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) / The password is wrong (`wrong-password`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpPost"];
            };
        };
        responses: {
            /** @description A key is proposed, or set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpAnswer"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) / The password is wrong (`wrong-password`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpDelete"];
            };
        };
        responses: {
            /** @description There is none. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) / The password is wrong (`wrong-password`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_observed: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description Also the `observed` facts of a shop's log; with `platform` and `shop`. */
                facts?: boolean;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of one metric, as `taobao/human-reply-3m`. */
                metric?: string;
                /** @description Of one platform's shops. */
                platform?: string;
                /** @description Of one shop. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Observed"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_observed: {
        parameters: {
            query?: {
                /** @description Only say what would become of them: nothing is kept. */
                check?: boolean;
                /** @description What the feed is called, up to 64 bytes; `panel` where nothing is said. */
                feed?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Figures of a panel. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description The account; missing: it is the shop's figure. */
                    account?: string;
                    /** @description When the panel was looked at, RFC 3339; missing: when everything was settled. */
                    captured_at?: string;
                    /** @description The one local day, in the place of `from` and `to`. */
                    day?: string;
                    /** @description The first local day, with `to`. */
                    from?: string;
                    /** @description The metric, as `taobao/human-reply-3m`. */
                    metric: string;
                    /** @description The platform; may be missing where the metric says it. */
                    platform?: string;
                    /**
                     * Format: int64
                     * @description How many samples the panel says there are; missing: it does not say.
                     */
                    samples?: number | null;
                    /** @description The shop. */
                    shop: string;
                    /** @description The last local day, included, with `from`. */
                    to?: string;
                    /** @description The value as the panel prints it: `97.41%`, `18/20`, `10.6s`. */
                    value: string;
                }[];
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description What became of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObservedAnswer"];
                };
            };
            /** @description The request cannot be read (`bad-request`) / A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_observed: {
        parameters: {
            query: {
                /** @description The account; absent: the shop's figure. */
                account?: string;
                /** @description When the panel was looked at; absent: that is not known. */
                captured_at?: components["schemas"]["Instant"];
                /** @description The first local day. */
                from: components["schemas"]["Day"];
                /** @description The metric, as `taobao/human-reply-3m`. */
                metric: string;
                /** @description The platform. */
                platform: string;
                /** @description The shop. */
                shop: string;
                /** @description The last local day, included. */
                to: components["schemas"]["Day"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_overrides: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Versions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Override"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_override: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverridePut"];
            };
        };
        responses: {
            /** @description The version that stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverrideStands"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_override: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideDraft"];
            };
        };
        responses: {
            /** @description What the checker says. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftChecked"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_override: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OverrideTrial"];
            };
        };
        responses: {
            /** @description Both, beside each other. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialResult"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_overview: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description Of this client's shops alone. */
                client?: string;
                /** @description Of shops of this group alone. */
                group?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shops. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ShopNow"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_persons: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Persons. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Person"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person's id, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_person: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The person's id, percent-encoded. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonAccounts"];
            };
        };
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_platforms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The platforms. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Platforms"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    take_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reset"];
            };
        };
        responses: {
            /** @description Who signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The link does not work (`link-over`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rules: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description The platform of that shop. */
                of_platform?: string;
                /** @description Only metrics of these platforms, with commas between. Absent: all. */
                platform?: string;
                /**
                 * @description The shop whose own rules stand before the shipped ones, with `of_platform`. Absent: the
                 *     shipped rules.
                 */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rules"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rule: {
        parameters: {
            query?: {
                /** @description The platform of that shop. */
                of_platform?: string;
                /**
                 * @description The shop whose own rules stand before the shipped ones, with `of_platform`. Absent: the
                 *     shipped rules.
                 */
                shop?: string;
            };
            header?: never;
            path: {
                /** @description The metric within it, as `human-reply-3m`. */
                metric: string;
                /** @description The platform, as `taobao`. */
                platform: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metric. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_shops: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description Of this client's shops alone. */
                client?: string;
                /** @description Of shops of this group alone. */
                group?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Shops. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Shop"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_shop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The platform's word. */
                platform: string;
                /** @description The shop id, percent-encoded. */
                shop: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The shop. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shop"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_shop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The platform's word. */
                platform: string;
                /** @description The shop id, percent-encoded. */
                shop: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShopEntry"];
            };
        };
        responses: {
            /** @description The shop. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shop"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_shop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The platform's word. */
                platform: string;
                /** @description The shop id, percent-encoded. */
                shop: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is known of it. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Who signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in was refused (`sign-in-failed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: {
                /** @description Whether all sessions of the user end, on every machine. */
                everywhere?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody is signed in. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUp"];
            };
        };
        responses: {
            /** @description Who signed up. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The link does not work (`link-over`) */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_standing: {
        parameters: {
            query: {
                /** @description The day on which one looks, or an instant with offset: what was known then. Absent: now. */
                as_of?: string;
                /** @description Also what only articles claim. */
                as_told?: boolean;
                /** @description Count under one edition, whatever the day: its id, or `as-told`. */
                edition?: string;
                /**
                 * @description What if only samples of these local hours counted: `08:00-22:00`, or over midnight
                 *     `22:00-06:00`.
                 */
                if_hours?: string;
                /** @description What if the limit were another: that of any share, as `60s`. */
                if_within?: string;
                /** @description Only standards of these metrics, with commas between. Absent: all of the platform. */
                metric?: string;
                /** @description Under our own readings alone, which is faster: no band. */
                no_band?: boolean;
                /** @description The platform, as `taobao`. */
                platform: string;
                /** @description Answer open readings otherwise: `R6=drop`, several with commas between. */
                reading?: string;
                /** @description Count every day under the editions in force on this day, `YYYY-MM-DD`. */
                rules_on?: string;
                /**
                 * @description The panel as it looked on a past day, `YYYY-MM-DD`, or at an instant with offset: what had
                 *     happened and was known then, by the rules of that time. As `as_of`, and in its place.
                 */
                seen_at?: string;
                /** @description The shop, as the platform has it. */
                shop: string;
                /** @description The limit of metrics that take one (`generic/*`), as `60s` or `24h`. */
                within?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Standings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Standings"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Token"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeToken"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token's number. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It holds no more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of this role alone. */
                role?: "owner" | "supervisor" | "agent" | "viewer";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Users. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_User"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    invite_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationLink"];
                };
            };
            /** @description The body is broken; none of it was accepted (`broken-body`) / A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's number. */
                number: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPatch"];
            };
        };
        responses: {
            /** @description The user as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) / The body is broken; none of it was accepted (`broken-body`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request took too long to arrive (`too-slow`) */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This conflicts with what is already there (`conflict`) */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large; none of it was accepted (`too-large`) */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This type of body is not supported here (`unsupported-type`) */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body does not fit (`unfit-body`) */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's number. */
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetLink"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) / The request comes from another site (`other-origin`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here (`not-found`) */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_waiting: {
        parameters: {
            query?: {
                /** @description The `next` of the page before; absent: from the start. */
                after?: string;
                /** @description How many items at most: 1 to 1000, usually 100. */
                limit?: number;
                /** @description Of shops of this platform alone, as `taobao`. */
                platform?: string;
                /** @description Of the shop of this id alone; without `platform`, of each platform. */
                shop?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who waits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WaitingBuyer"];
                };
            };
            /** @description A parameter does not fit (`bad-parameter`) */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Sign in first (`sign-in-needed`) */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You may not do this (`not-allowed`) */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too much at once (`too-many`) */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The headers are too large (`headers-too-large`) */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server made a mistake (`internal`) */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server is busy (`busy`) */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
