<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Support;

use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Posting\Transport;
use Leadbridge\Plugin\System\Leadbridge\Posting\TransportFailure;

/** A bridge without a network: gives the answers it was told, takes as long as it was told, keeps what was posted. */
final class Bridge implements Transport
{
    /** @var  list<array{url: string, body: string, headers: array<string, string>, milliseconds: int}> */
    public array $posts = [];

    /** @var  list<Answer|TransportFailure>  for the next posts; after them the last one again */
    private array $answers;

    public function __construct(private readonly World $world, Answer|TransportFailure ...$answers)
    {
        $this->answers = array_values($answers) ?: [self::accepted()];
    }

    public static function accepted(int $milliseconds = 40): Answer
    {
        return new Answer(202, '{"id": "0b2d1f5e-6f0a-5d38-9c3e-6f1f6f0c8f10"}', [], $milliseconds);
    }

    public static function refused(): TransportFailure
    {
        return new TransportFailure('Connection refused', 2);
    }

    /**
     * @param  string|null            $body     null: what the bridge says itself when it refuses
     * @param  array<string, string>  $headers
     */
    public static function says(int $status, ?string $body = null, array $headers = []): Answer
    {
        $body ??= '{"error": "not possible", "status": ' . $status . '}';

        return new Answer($status, $body, $headers, 40);
    }

    /** From now on it answers like this. */
    public function now(Answer|TransportFailure ...$answers): void
    {
        $this->answers = array_values($answers);
    }

    public function post(string $url, string $body, array $headers, int $milliseconds): Answer
    {
        $this->posts[] = ['url' => $url, 'body' => $body, 'headers' => $headers, 'milliseconds' => $milliseconds];
        $answer = \count($this->answers) > 1 ? array_shift($this->answers) : $this->answers[0];

        if ($answer->milliseconds > $milliseconds) {
            $this->world->passes($milliseconds);

            throw new TransportFailure('Operation timed out', $milliseconds);
        }

        $this->world->passes($answer->milliseconds);

        return $answer instanceof Answer ? $answer : throw $answer;
    }

    /** @return  list<string>  the webhook-id of each post */
    public function ids(): array
    {
        return array_map(static fn (array $post): string => $post['headers']['webhook-id'], $this->posts);
    }
}
