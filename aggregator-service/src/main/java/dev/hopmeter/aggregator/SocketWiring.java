package dev.hopmeter.aggregator;

import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import dev.hopmeter.spring.push.PushSockets;
import dev.hopmeter.spring.windows.Source;
import dev.hopmeter.spring.windows.WatchAdmission;
import dev.hopmeter.spring.windows.WatchSockets;
import dev.hopmeter.spring.windows.Watchers;
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
        WatchSockets push = new WatchSockets(
                watchers, wireFormat, stamps, settings.limits(), AggregatorConfiguration.METERS, meters);
        WatchAdmission admission = new WatchAdmission(aggregation, watchers, settings.limits());
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
