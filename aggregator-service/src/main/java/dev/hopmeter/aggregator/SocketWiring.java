package dev.hopmeter.aggregator;

import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.PushSockets;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** The WebSocket endpoint of watchers, where events are summed. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SocketWiring implements WebSocketConfigurer {

    private final Aggregation aggregation;
    private final Watchers watchers;
    private final AggregatorProperties settings;
    private final WireFormat wireFormat;
    private final Stamps stamps;
    private final MeterRegistry meters;

    SocketWiring(
            Aggregation aggregation,
            Watchers watchers,
            AggregatorProperties settings,
            WireFormat wireFormat,
            Stamps stamps,
            MeterRegistry meters) {
        this.aggregation = aggregation;
        this.watchers = watchers;
        this.settings = settings;
        this.wireFormat = wireFormat;
        this.stamps = stamps;
        this.meters = meters;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        if (!settings.sources().contains(Source.EVENTS)) {
            return;
        }
        Push push = new Push(watchers, wireFormat, stamps, settings, meters);
        WatchAdmission admission = new WatchAdmission(aggregation, watchers, settings);
        registry.addHandler(push, "/" + Source.EVENTS.path() + "/*/*/*/updates")
                .setHandshakeHandler(push.handshake(admission::admit))
                .setAllowedOrigins(settings.allowedOrigins().toArray(String[]::new));
    }

    @Bean
    static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(
            AggregatorProperties settings) {
        return PushSockets.boundIncomingMessages(settings.maxIncomingSize());
    }
}
