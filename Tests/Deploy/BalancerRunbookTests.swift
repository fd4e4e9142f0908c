import Foundation
import TestKit
import Testing

/// LVS before nginx, as docs/operations.md shows it, against the nginx that is shipped.
@Suite struct BalancerRunbookTests {
  private struct Balancer {
    let block: String
    let address: Substring
    let port: Substring
    let checks: [(port: Substring, path: Substring, status: Substring, host: Substring)]
  }

  private func balancer(_ runbook: Runbook) throws -> Balancer {
    let block = try #require(try runbook.blocks("", below: "### LVS before nginx").first)
    let head = try #require(block.firstMatch(of: /virtual_server ([0-9.]+) ([0-9]+) \{/))
    let nginx = block.matches(of: /real_server [0-9.]+ ([0-9]+) \{ HTTP_GET \{ ([^\n]+)/)
    #expect(nginx.count > 1 && nginx.count == block.matches(of: /real_server/).count)
    // Answers go straight back, from the port that was asked.
    for one in nginx { #expect(one.1 == head.2) }
    let checks = try nginx.map { one in
      let check = try #require(
        one.2.firstMatch(
          of: /connect_port ([0-9]+) url \{ path ([^ ]+) status_code ([0-9]+) \} virtualhost ([^ ]+) \}/))
      return (port: check.1, path: check.2, status: check.3, host: check.4)
    }
    return Balancer(block: block, address: head.1, port: head.2, checks: checks)
  }

  // req: 3.3.1-3
  @Test func `it sends to the ports at which nginx listens, and asks after what nginx answers`() async throws {
    let balancer = try balancer(try Runbook())
    let process = try Process.named("bash", [packageFolder.appending(path: "deploy/nginx/render").path])
    process.environment = [
      "PATH": "/usr/bin:/bin", "MARTLET_HTTP_PUBLIC_URL": "https://shop.example.com", "NGINX_NODES": "10.0.0.11:8080",
      "NGINX_CERTIFICATE": "/etc/martlet/tls.pem", "NGINX_KEY": "/etc/martlet/tls.key",
    ]
    let nginx = try await process.outcome().output
    // The addresses that it holds without answering for them are among these.
    #expect(nginx.contains("listen 0.0.0.0:\(balancer.port) ssl "))
    for check in balancer.checks {
      let servers = nginx.split(separator: "\nserver {").filter { $0.contains("listen 0.0.0.0:\(check.port);") }
      let server = try #require(servers.first { $0.contains("server_name \(check.host);") }, "\(check)")
      let answer = try #require(
        server.firstMatch(of: #/location = (/[a-z]+) \{\s+default_type [^;]+;\s+return ([0-9]+) /#))
      #expect(answer.1 == check.path && answer.2 == check.status)
    }
  }

  // req: 3.3.1-3
  @Test func `it spreads one address, which each nginx holds as well, and sticks to none`() throws {
    let runbook = try Runbook()
    let balancer = try balancer(runbook)
    let own = try #require(balancer.block.firstMatch(of: /virtual_ipaddress \{ ([0-9.]+)\/32 \}/)?.1)
    #expect(own == balancer.address)
    #expect(balancer.block.contains("lb_kind DR\n") && balancer.block.contains("protocol TCP\n"))
    #expect(!balancer.block.contains("persistence_timeout"))
    let held = try #require(try runbook.blocks("sh", below: "### LVS before nginx").first)
    #expect(held.contains("ip addr add \(own)/32 dev lo\n"))
    #expect(held.contains("arp_ignore=1") && held.contains("arp_announce=2"))
    #expect(balancer.block.filter { $0 == "{" }.count == balancer.block.filter { $0 == "}" }.count)
  }
}
