package dev.hopmeter.spring.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hopmeter.contract.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SubscriptionIndexTest {

    private static final List<String> REGIONS = List.of("eu-west", "us-east", "ap-south");
    private static final List<String> KINDS = List.of("retail", "wholesale");

    private final Random random = new Random(20_260_608);
    private final SubscriptionIndex<Subscriber> index = new SubscriptionIndex<>();

    @Test
    void itFindsExactlyTheSubscribersWhoseFiltersMatch() {
        List<Subscriber> present = new ArrayList<>();
        int found = 0;
        for (int round = 0; round < 2_000; round++) {
            if (present.isEmpty() || random.nextInt(3) > 0) {
                Subscriber subscriber = subscriber("s-" + round, randomFilter());
                index.add(subscriber);
                present.add(subscriber);
            } else {
                index.remove(present.remove(random.nextInt(present.size())));
            }
            String region = random.nextInt(4) == 0 ? "elsewhere" : one(REGIONS);
            String kind = random.nextInt(4) == 0 ? "sample" : one(KINDS);
            long amount = 1 + random.nextLong(100);
            List<Subscriber> matching = index.matching(region, kind, amount);
            assertThat(matching)
                    .containsExactlyInAnyOrderElementsOf(present.stream()
                            .filter(subscriber ->
                                    subscriber.subscription().filter().matches(region, kind, amount))
                            .toList());
            found += matching.size();
        }
        assertThat(found).isGreaterThan(10_000);
    }

    @Test
    void theLeastAmountItselfPasses() {
        Subscriber subscriber = subscriber("s", new Filter(Optional.empty(), Optional.empty(), 100));
        index.add(subscriber);

        assertThat(index.matching("eu-west", "retail", 99)).isEmpty();
        assertThat(index.matching("eu-west", "retail", 100)).containsExactly(subscriber);
    }

    @Test
    void itIsEmptyAgainOnceAllAreGone() {
        Subscriber one = subscriber("one", Filter.ALL);
        Subscriber other = subscriber("other", Filter.ALL);
        assertThat(index.isEmpty()).isTrue();
        index.add(one);
        index.add(other);

        index.remove(one);
        assertThat(index.isEmpty()).isFalse();
        index.remove(other);
        assertThat(index.isEmpty()).isTrue();
        index.remove(other);
        assertThat(index.isEmpty()).isTrue();
    }

    private Filter randomFilter() {
        return new Filter(
                random.nextBoolean() ? Optional.of(one(REGIONS)) : Optional.empty(),
                random.nextBoolean() ? Optional.of(one(KINDS)) : Optional.empty(),
                random.nextLong(100));
    }

    private String one(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    private static Subscriber subscriber(String id, Filter filter) {
        return new Subscriber(new Subscription(id, filter));
    }

    private static final class Subscriber extends Subscribed {
        Subscriber(Subscription subscription) {
            super(subscription, 1);
        }
    }
}
