package dev.hopmeter.spring;

import java.util.List;
import java.util.Optional;

/** The names that router and notifier share in Redis: see {@code docs/wire-format.md}. */
public final class RedisKeys {

    /** The set of every notifier that may have subscriptions. */
    public static final String NOTIFIERS = "hopmeter:notifiers";

    /** The field of an inbox entry that holds the order's bytes. */
    public static final String ORDER = "order";

    /** The field of an inbox entry that holds the message's bytes, in the place of an order's. */
    public static final String MESSAGE = "message";

    /** The field of an inbox entry that holds the trail's text, empty for none. */
    public static final String TRAIL = "trail";

    /** The field of an inbox entry that holds the subscribers, each as {@code id:visit}, separated by a comma. */
    public static final String SUBSCRIBERS = "subscribers";

    /** The field of an inbox entry that names the router, anew at each start. */
    public static final String ROUTER = "router";

    /** The field of an inbox entry that counts up from 1 for each router and inbox. */
    public static final String SEQUENCE = "sequence";

    private static final String ANY = "*";

    private RedisKeys() {}

    /** The sorted set of the subscriptions to one region or any, and one kind or any. */
    public static String subscriptions(Optional<String> region, Optional<String> kind) {
        return subscriptions(region.orElse(ANY), kind.orElse(ANY));
    }

    /** The four sorted sets that hold whatever an event of that region and kind can match. */
    public static List<String> subscriptionsOf(String region, String kind) {
        return List.of(
                subscriptions(region, kind),
                subscriptions(region, ANY),
                subscriptions(ANY, kind),
                subscriptions(ANY, ANY));
    }

    /** The string that lives as long as the notifier does. */
    public static String notifier(String notifier) {
        return "hopmeter:notifier:" + notifier;
    }

    /** The hash from the notifier's subscribers to the places of their subscriptions: index key, a space, member. */
    public static String notifierSubscriptions(String notifier) {
        return notifier(notifier) + ":subscriptions";
    }

    /** The stream of what routers hand over to the notifier. */
    public static String inbox(String notifier) {
        return "hopmeter:inbox:" + notifier;
    }

    private static String subscriptions(String region, String kind) {
        return "hopmeter:subscriptions:" + region + ":" + kind;
    }
}
