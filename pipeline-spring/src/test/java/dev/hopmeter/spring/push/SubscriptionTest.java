package dev.hopmeter.spring.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hopmeter.contract.Filter;
import dev.hopmeter.spring.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTest {

    @Test
    void aQueryNamesTheSubscriberAndEveryPartOfTheFilter() {
        assertThat(Subscription.parse("subscriber=s-1&region=eu-west&kind=retail&leastAmount=1000"))
                .isEqualTo(new Subscription("s-1", new Filter(Optional.of("eu-west"), Optional.of("retail"), 1_000)));
    }

    @Test
    void aFilterWithoutPartsLetsEverythingPass() {
        assertThat(Subscription.parse("subscriber=S_1.x")).isEqualTo(new Subscription("S_1.x", Filter.ALL));
    }

    @Test
    void aFilterThatNothingPassesIsAFilter() {
        Filter filter = Subscription.parse("subscriber=s&region=no-such-region&kind=none&leastAmount=1000000000000")
                .filter();

        assertThat(filter.matches("eu-west", "none", 1_000_000_000_000L)).isFalse();
    }

    @Test
    void encodedCharactersAreDecoded() {
        assertThat(Subscription.parse("subscriber=%73-1&region=eu%2Dwest")
                        .filter()
                        .region())
                .contains("eu-west");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "region=eu-west",
                "subscriber",
                "subscriber=",
                "subscriber=a,b",
                "subscriber=a/b",
                "subscriber=%C3%A4",
                "subscriber=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "subscriber=a&subscriber=b",
                "subscriber=a&region=EU",
                "subscriber=a&region",
                "subscriber=a&region=",
                "subscriber=a&kind=",
                "subscriber=a&region=x&region=x",
                "subscriber=a&kind=x&kind=y",
                "subscriber=a&leastAmount=1&leastAmount=2",
                "subscriber=a&region=*",
                "subscriber=a&kind=re:tail",
                "subscriber=a&kind=-retail",
                "subscriber=a&leastAmount=",
                "subscriber=a&leastAmount=-1",
                "subscriber=a&leastAmount=+1",
                "subscriber=a&leastAmount=1.5",
                "subscriber=a&leastAmount=1e3",
                "subscriber=a&leastAmount=1000000000001",
                "subscriber=a&leastAmount=99999999999999999999",
                "subscriber=a&leastAmount=\u0661",
                "subscriber=a&color=red",
                "subscriber=a&Region=eu",
                "subscriber=a&region=%",
                "subscriber=a&region=%zz",
                "subscriber=a&=b"
            })
    void aQueryThatCannotBeReadIsMalformed(String query) {
        assertThatThrownBy(() -> Subscription.parse(query))
                .isInstanceOf(MalformedException.class)
                .message()
                .isNotBlank();
    }

    @Test
    void garbageIsEitherReadOrMalformedAndNothingElse() {
        Random random = new Random(7);
        String[] parts = {
            "subscriber=", "region=", "kind=", "leastAmount=", "&", "%", "+", "9", "a", "\u00e4", "=", "%41"
        };
        int malformed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder query = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--) {
                query.append(parts[random.nextInt(parts.length)]);
            }
            try {
                Subscription read = Subscription.parse(query.toString());
                assertThat(read.subscriber()).matches("[A-Za-z0-9._-]{1,64}");
            } catch (MalformedException e) {
                malformed++;
                assertThat(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThan(300);
            }
        }
        assertThat(malformed).isBetween(10_000, 19_999);
    }
}
