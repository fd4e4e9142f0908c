import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import Values

/// Shows the certificate as its files are: once they are renewed, connections that begin get the renewed one, and those that
/// are open go on. A renewal that can't be used is logged, and the certificate before it is shown on.
final class CertificateWatch: Service {
  private struct State {
    var shown: Certificate
    /// What the files were when they were last looked at.
    var last: CertificateFiles.Look
    /// What the files were when they were last tried as a certificate.
    var tried: CertificateFiles.Look
  }

  private let files: CertificateFiles
  private let interval: Duration
  private let clock: WallClock
  private let logger: Logger
  private let state: Mutex<State>

  /// Reads the files. Throws `SettingFault`.
  /// - Parameter interval: between two looks at the files.
  init(_ files: CertificateFiles, every interval: Duration = .seconds(2), clock: WallClock, logger: Logger) throws {
    (self.files, self.interval, self.clock, self.logger) = (files, interval, clock, logger)
    let text = try files.read()
    let certificate = try Certificate(text, from: files, now: clock.now)
    state = Mutex(State(shown: certificate, last: .success(text), tried: .success(text)))
    say("the certificate is good", certificate)
  }

  /// HTTP over TLS, with the certificate that is shown at the moment a connection begins.
  func server() throws -> HTTPServerBuilder {
    var configuration = state.withLock { $0.shown.serverConfiguration }
    configuration.sslContextCallback = { [self] _, promise in
      let certificate = state.withLock { $0.shown }
      var override = NIOSSLContextConfigurationOverride()
      override.certificateChain = certificate.chain.map(NIOSSLCertificateSource.certificate)
      override.privateKey = .privateKey(certificate.key)
      promise.succeed(override)
    }
    return try .tls(.http1(), tlsConfiguration: configuration)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: self.interval)
        self.look()
      }
    }
  }

  /// Two files are never renewed in the same moment: what is new is tried once it is the same for two looks.
  private func look() {
    let seen = files.look()
    let isSettled = state.withLock { state in
      defer { state.last = seen }
      guard seen != state.tried, seen == state.last else { return false }
      state.tried = seen
      return true
    }
    guard isSettled else { return }
    do {
      let certificate = try Certificate(seen.get(), from: files, now: clock.now)
      state.withLock { $0.shown = certificate }
      say("a renewed certificate is shown from now on", certificate)
    } catch {
      logger.error("the renewed certificate can't be used; the one before is shown on", metadata: ["fault": "\(error)"])
    }
  }

  private func say(_ what: Logger.Message, _ certificate: Certificate) {
    logger.notice(what, metadata: ["file": "\(files.certificate)", "validUntil": "\(certificate.validUntil)"])
  }
}
