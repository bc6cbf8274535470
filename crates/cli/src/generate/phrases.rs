//! A few things that buyers, agents and bots say. No comma, quote or line break occurs in them.

use super::consult::Topic;
use super::dice::scramble;

const QUESTIONS: [&str; 28] = [
    "这款还有货吗",
    "今天下单什么时候发货",
    "请问发什么快递",
    "可以发顺丰吗",
    "有优惠券吗",
    "身高170体重65穿什么码",
    "会不会掉色",
    "可以改地址吗",
    "我的快递怎么还没到",
    "能开发票吗",
    "这个和图片颜色一样吗",
    "支持七天无理由吗",
    "怎么退货",
    "退款什么时候到账",
    "少发了一件",
    "收到的有破损",
    "满减怎么算",
    "能便宜一点吗",
    "保质期到什么时候",
    "这个是纯棉的吗",
    "有没有大一号的",
    "预售要等多久",
    "赠品有吗",
    "可以货到付款吗",
    "订单显示待发货好几天了",
    "怎么安装",
    "插头是国标的吗",
    "可以用在旧款上吗",
];
const NUDGES: [&str; 8] =
    ["在吗", "有人吗", "？", "人呢", "客服在不在", "怎么不回", "麻烦回复一下", "还在吗"];
const THANKS: [&str; 8] =
    ["好的谢谢", "谢谢", "知道了", "嗯嗯好的", "好", "行我再看看", "收到", "那我下单了"];
const HUMAN: [&str; 5] = ["转人工", "人工客服", "我要找人工", "人工", "能不能转真人"];
const ANSWERS: [&str; 24] = [
    "亲，有现货的",
    "今天下午四点前付款当天发出",
    "默认发中通，偏远地区发邮政",
    "可以的，备注一下就行",
    "店铺首页可以领券",
    "建议拍L码",
    "深色建议单独洗",
    "地址已经帮您改好了",
    "我帮您催一下快递",
    "可以开，签收后在订单里申请",
    "实物拍摄，光线会有一点点差异",
    "支持的，不影响二次销售就行",
    "您在订单里点申请售后",
    "退回签收后一到三天到账",
    "马上给您补发",
    "麻烦拍张照片给我看看",
    "付款页面会自动减",
    "已经是活动价了",
    "保质期18个月，都是新批次",
    "面料成分在详情页最下面",
    "有的，您看下这个链接",
    "预售款10天内发货",
    "每单都有小礼物",
    "稍后给您发一段安装视频",
];
const WAITS: [&str; 4] = ["稍等", "在的亲", "请稍等，我查一下", "好的呢"];
const BOT: [&str; 7] = [
    "您好，请问想咨询什么",
    "一般付款后48小时内发货",
    "您可以点击下方问题查看答案",
    "支持七天无理由退货",
    "物流信息请在订单页查看",
    "优惠以结算页为准",
    "需要人工请回复“转人工”",
];
const WELCOME: [&str; 3] =
    ["您好，欢迎光临小店", "亲，在的，请问有什么可以帮您", "您好，请描述一下问题"];
const AWAY: [&str; 3] = [
    "客服在线时间9点到23点，请留言",
    "现在没有客服在线，上班后第一时间回复您",
    "客服暂时不在，请稍后再来",
];
const NOTICES: [&str; 4] = ["买家正在查看商品", "买家已下单", "消费者进入会话", "请注意服务用语"];

/// What a message says, `""` when it says nothing; the same message always says the same.
pub(super) fn phrase(topic: Topic, message: u64) -> &'static str {
    let list: &[&str] = match topic {
        Topic::None => return "",
        Topic::Question => &QUESTIONS,
        Topic::Nudge => &NUDGES,
        Topic::Thanks => &THANKS,
        Topic::Human => &HUMAN,
        Topic::Answer => &ANSWERS,
        Topic::Wait => &WAITS,
        Topic::Bot => &BOT,
        Topic::Welcome => &WELCOME,
        Topic::Away => &AWAY,
        Topic::Notice => &NOTICES,
    };
    list[(scramble(message) % list.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_need_no_quotes() {
        let topics = [
            Topic::Question,
            Topic::Nudge,
            Topic::Thanks,
            Topic::Human,
            Topic::Answer,
            Topic::Wait,
            Topic::Bot,
            Topic::Welcome,
            Topic::Away,
            Topic::Notice,
        ];
        for topic in topics {
            for message in 0..500 {
                let text = phrase(topic, message);
                assert!(!text.is_empty());
                assert!(!text.contains([',', '"', '\n', '\r', '\\']), "{text}");
            }
        }
        assert_eq!(phrase(Topic::None, 3), "");
    }
}
