<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Posting;

use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Reply;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Contract;
use Leadbridge\Plugin\System\Leadbridge\Wording\Explanation;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ReplyTest extends TestCase
{
    /**
     * @dataProvider answers
     *
     * @param  array<string, mixed>  $case
     */
    #[DataProvider('answers')]
    public function testEveryAnswerHasItsVerdict(array $case): void
    {
        $answer = new Answer($case['status'], $case['body'], $case['headers'], 43);
        $outcome = Reply::outcome($answer, Contract::read('answers.json')['now']);

        self::assertSame($case['verdict'], $outcome->verdict->value);
        self::assertSame($case['status'], $outcome->status);
        self::assertSame($case['reason'], $outcome->reason);
        self::assertSame($case['detail'], $outcome->detail);
        self::assertSame($case['away'], $outcome->isAway());
        self::assertSame($case['retry_after'], $outcome->retryAfter);
        self::assertSame(43, $outcome->milliseconds);
        self::assertTrue($outcome->reason === '' || \array_key_exists($outcome->reason, Explanation::REASONS));
    }

    public function testEveryRefusalOfTheBridgeIsParkedUnlessItIsRetried(): void
    {
        foreach (range(400, 499) as $status) {
            $isRetried = \in_array($status, [401, 408, 425, 429], true);

            foreach (['{"error": "no", "status": ' . $status . '}', '{"errors": {"fields": {}}}'] as $body) {
                $verdict = Reply::outcome(new Answer($status, $body), 0)->verdict->value;
                self::assertSame($isRetried ? 'retry' : 'park', $verdict, (string) $status);
            }
        }
    }

    public function testARefusalThatIsNotTheBridgesIsRetriedUnlessTheLeadIsTooLarge(): void
    {
        foreach (range(400, 499) as $status) {
            foreach (['', '<h1>Forbidden</h1>', '[]', '"error"', '{"message": "error"}', '{"error": null}'] as $body) {
                $verdict = Reply::outcome(new Answer($status, $body), 0)->verdict->value;
                self::assertSame($status === 413 ? 'park' : 'retry', $verdict, $status . ' ' . $body);
            }
        }
    }

    public function testWhateverComesBackIsNeverAnError(): void
    {
        foreach (["\xff\xfe", '[[[', str_repeat('[', 2000), '{"errors": 7}', '{"errors": {"fields": "x"}}', 'null'] as $body) {
            foreach ([0, 100, 202, 204, 302, 422, 500] as $status) {
                self::assertNotSame('sent', Reply::outcome(new Answer($status, $body), 0)->verdict->value);
            }
        }
    }

    /** @return  array<string, array{array<string, mixed>}> */
    public static function answers(): array
    {
        return Contract::cases('answers.json', 'answers');
    }
}
