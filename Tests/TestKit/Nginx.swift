import Foundation
import Testing

/// A real nginx with `deploy/nginx/martlet.conf`, on loopback and in a folder of its own.
public struct Nginx: Sendable {
  /// The address for buyers, `https://shop.example.com:PORT`, without a slash at the end.
  public let base: String
  /// The port of plain HTTP.
  public let httpPort: Int
  /// Who signed what nginx shows.
  public let authority: TestAuthority
  /// While this file exists, the shop is being worked on.
  public let maintenance: URL
  /// What it writes of each request.
  public let accessLog: URL

  /// Where nginx listens and what stands behind it.
  public struct Site: Sendable {
    public let httpsPort: Int
    /// `host:port` of each node.
    public var nodes: [String]
    /// Signed the nodes' certificates; nil where nodes speak plain HTTP.
    public var nodeAuthority: TestAuthority?

    public init(httpsPort: Int, nodes: [String], nodeAuthority: TestAuthority? = nil) {
      (self.httpsPort, self.nodes, self.nodeAuthority) = (httpsPort, nodes, nodeAuthority)
    }

    public var base: String { "https://\(TestAuthority.domain):\(httpsPort)" }
  }

  /// Runs nginx for as long as the body takes.
  public static func run(_ site: Site, _ body: (Nginx) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-nginx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let nginx = Nginx(
      base: site.base, httpPort: try LoopbackPort.free(), authority: try await TestAuthority(in: folder, name: "front"),
      maintenance: folder.appending(path: "maintenance"), accessLog: folder.appending(path: "access"))
    try await nginx.configuration(site).write(
      to: folder.appending(path: "martlet.conf"), atomically: true, encoding: .utf8)
    try surroundings(folder).write(to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
    let arguments = [
      "-p", folder.path, "-c", folder.appending(path: "nginx.conf").path, "-e", folder.appending(path: "log").path,
    ]
    let check = try await Process.named("nginx", ["-t"] + arguments).outcome()
    guard check.status == 0 else { throw NginxFault(words: check.errors) }
    let server = try Supervised(#"PATH=$PATH:/usr/sbin; exec "$@""#, ["nginx"] + arguments, removing: folder)
    defer { server.end() }
    try await eventually("nginx answers: see \(folder.path)/log") { LoopbackPort.isAnswered(site.httpsPort) }
    try await body(nginx)
  }

  /// What `deploy/nginx/render` makes of the file that is shipped.
  private func configuration(_ site: Site) async throws -> String {
    let pair = try await authority.certificate(for: [TestAuthority.domain], file: "front-server")
    let process = try Process.named("bash", [packageFolder.appending(path: "deploy/nginx/render").path])
    var variables = ProcessInfo.processInfo.environment
    variables.merge([
      "MARTLET_HTTP_PUBLIC_URL": site.base, "NGINX_NODES": site.nodes.joined(separator: " "),
      "NGINX_CERTIFICATE": pair.certificate, "NGINX_KEY": pair.key, "NGINX_ADDRESSES": "127.0.0.1",
      "NGINX_HTTP_PORT": "\(httpPort)", "NGINX_MAINTENANCE": maintenance.path,
      "NGINX_NODE_AUTHORITY": site.nodeAuthority?.root ?? "",
    ]) { $1 }
    process.environment = variables
    let outcome = try await process.outcome()
    guard outcome.status == 0 else { throw NginxFault(words: outcome.errors) }
    return outcome.output
  }

  /// As Debian's own nginx.conf, with every file in the folder.
  private static func surroundings(_ folder: URL) -> String {
    """
    daemon off;
    master_process off;
    pid \(folder.path)/pid;
    events { worker_connections 512; }
    http {
      include /etc/nginx/mime.types;
      default_type application/octet-stream;
      ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
      gzip on;
      access_log \(folder.path)/access;
      client_body_temp_path \(folder.path)/body;
      proxy_temp_path \(folder.path)/proxy;
      fastcgi_temp_path \(folder.path)/fastcgi;
      uwsgi_temp_path \(folder.path)/uwsgi;
      scgi_temp_path \(folder.path)/scgi;
      include \(folder.path)/martlet.conf;
    }
    """
  }
}

public struct NginxFault: Error, Sendable {
  public let words: String
}
