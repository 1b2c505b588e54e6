<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Signature;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;
use Leadbridge\Plugin\System\Leadbridge\Posting\Verdict;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

final class CourierTest extends TestCase
{
    public function testALeadIsPostedSignedToTheBridge(): void
    {
        $world = new World(['bridge_url' => 'https://leads.example.com/']);
        $row = $world->keep();
        $outcome = $world->courier()->deliver($row, 800);
        [$post] = $world->bridge->posts;

        self::assertSame(Verdict::Sent, $outcome->verdict);
        self::assertSame('https://leads.example.com/api/v1/submissions', $post['url']);
        self::assertSame($row->body, $post['body']);
        self::assertSame(800, $post['milliseconds']);
        self::assertSame([
            'Content-Type' => 'application/json',
            'Accept' => 'application/json',
            'User-Agent' => 'Leadbridge-Joomla/1.0.0',
            'webhook-id' => $row->messageId,
            'webhook-timestamp' => (string) World::NOON,
            'webhook-signature' => (new Signature(World::SECRET))->of($row->messageId, World::NOON, (string) $row->body),
            'Expect' => '',
        ], $post['headers']);
    }

    public function testEachAttemptHasTheSameIdAndAFreshTimestamp(): void
    {
        $world = new World();
        $row = $world->keep();
        $world->courier()->deliver($row, 800);
        $world->later(3600);
        $world->courier()->deliver($row, 800);
        [$first, $second] = array_column($world->bridge->posts, 'headers');

        self::assertSame($first['webhook-id'], $second['webhook-id']);
        self::assertSame(3600, (int) $second['webhook-timestamp'] - (int) $first['webhook-timestamp']);
        self::assertNotSame($first['webhook-signature'], $second['webhook-signature']);
    }

    public function testASecretThatCannotBeReadIsToldAndNothingIsPosted(): void
    {
        $world = new World(['secret' => 'whsec_no!']);
        $outcome = $world->courier()->deliver($world->keep(), 800);

        self::assertSame([], $world->bridge->posts);
        self::assertSame([Verdict::Retry, 'secret', 0], [$outcome->verdict, $outcome->reason, $outcome->status]);
        self::assertStringNotContainsString('no!', $outcome->error());
    }

    public function testNoAnswerIsARetryWithTheLibrarysWords(): void
    {
        $world = new World();
        $world->bridge->now(new TransportFailure("Could not resolve host:\r\n\x00leads.example.com", 12));
        $outcome = $world->courier()->deliver($world->keep(), 800);

        self::assertSame('no-answer:Could not resolve host: leads.example.com', $outcome->error());
        self::assertTrue($outcome->isAway());
        self::assertSame(12, $outcome->milliseconds);
    }

    public function testWhatIsWrittenDownAboutAFailureIsShort(): void
    {
        $world = new World();
        $world->bridge->now(new TransportFailure(str_repeat('ä', 3000)));

        self::assertSame(500, mb_strlen($world->courier()->deliver($world->keep(), 800)->error()));
    }

    public function testTheBridgesWordsAboutWhatWasTypedAreNotKept(): void
    {
        $world = new World();
        $world->bridge->now(new Answer(422, '{"errors": {"fields": {"email": ["anna@beispiel is wrong"]}}}'));

        self::assertSame('fields:email', $world->courier()->deliver($world->keep(), 800)->error());
    }
}
