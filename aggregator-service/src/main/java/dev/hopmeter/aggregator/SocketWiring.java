package dev.hopmeter.aggregator;

import dev.hopmeter.spring.HandshakeProblems;
import dev.hopmeter.spring.Stamps;
import dev.hopmeter.spring.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.tomcat.websocket.server.Constants;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

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
        Push push = new Push(watchers, wireFormat, stamps, settings.ping(), meters);
        registry.addHandler(
                        new WatcherSockets(watchers, push, settings.writeTimeout()),
                        "/" + Source.EVENTS.path() + "/*/*/*/updates")
                .setHandshakeHandler(new WatchAdmission(
                        new DefaultHandshakeHandler(),
                        aggregation,
                        watchers,
                        new HandshakeProblems(wireFormat),
                        settings))
                .setAllowedOrigins(settings.allowedOrigins().toArray(String[]::new));
    }

    /** As buffers of these sizes are made for each connection, and their size is the bound of a message. */
    @Bean
    static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> boundIncomingMessages(
            AggregatorProperties settings) {
        String size = Integer.toString(settings.maxIncomingSize());
        return server -> server.addContextCustomizers(context -> {
            context.addParameter(Constants.TEXT_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
            context.addParameter(Constants.BINARY_BUFFER_SIZE_SERVLET_CONTEXT_INIT_PARAM, size);
        });
    }
}
