#include "app/passing_bodies.h"

#include <algorithm>

#include "backend/rocketchat/capabilities.h"
#include "pipeline/rocketchat_face.h"
#include "sync/touched.h"

namespace parley::app {

bool PassesUnread(const http::Request& head) {
  constexpr std::string_view kApiBase = "/api/v1/";
  if (!pipeline::RocketChatFace::Owns(head.path)) return false;
  std::string_view path = head.path;
  if (path.starts_with(kApiBase)) path.remove_prefix(kApiBase.size());
  return !sync::InterestIn(head.method, path).body && backend::rocketchat::FeatureOfRoute(path).empty();
}

bool IsUpload(const http::Request& head) {
  constexpr std::string_view kRoutes[] = {"/api/v1/livechat/upload/", "/api/v1/rooms.upload/", "/api/v1/rooms.media/"};
  return std::any_of(std::begin(kRoutes), std::end(kRoutes),
                     [&](std::string_view route) { return head.path.starts_with(route); });
}

}  // namespace parley::app
